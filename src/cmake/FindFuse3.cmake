# Finds the headers and the library of libfuse 3, without pkg-config.  Defines the target Fuse3::Fuse3.
find_path(Fuse3_INCLUDE_DIR fuse3/fuse_lowlevel.h)
find_library(Fuse3_LIBRARY fuse3)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Fuse3 REQUIRED_VARS Fuse3_LIBRARY Fuse3_INCLUDE_DIR)
if(Fuse3_FOUND AND NOT TARGET Fuse3::Fuse3)
  add_library(Fuse3::Fuse3 UNKNOWN IMPORTED)
  set_target_properties(Fuse3::Fuse3 PROPERTIES IMPORTED_LOCATION ${Fuse3_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES
                                                                                 ${Fuse3_INCLUDE_DIR})
endif()
mark_as_advanced(Fuse3_INCLUDE_DIR Fuse3_LIBRARY)
