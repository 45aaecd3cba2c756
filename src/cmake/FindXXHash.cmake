# Finds the header and the library of xxHash, without pkg-config.  Defines the target XXHash::XXHash.
find_path(XXHash_INCLUDE_DIR xxhash.h)
find_library(XXHash_LIBRARY xxhash)
if(XXHash_INCLUDE_DIR)
  file(STRINGS ${XXHash_INCLUDE_DIR}/xxhash.h _lines REGEX "#define XXH_VERSION_(MAJOR|MINOR|RELEASE) +[0-9]+")
  string(REGEX REPLACE "[^0-9;]+" "" _numbers "${_lines}")
  string(REPLACE ";" "." XXHash_VERSION "${_numbers}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  XXHash
  REQUIRED_VARS XXHash_LIBRARY XXHash_INCLUDE_DIR
  VERSION_VAR XXHash_VERSION)
if(XXHash_FOUND AND NOT TARGET XXHash::XXHash)
  add_library(XXHash::XXHash UNKNOWN IMPORTED)
  set_target_properties(XXHash::XXHash PROPERTIES IMPORTED_LOCATION ${XXHash_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES
                                                                                       ${XXHash_INCLUDE_DIR})
endif()
mark_as_advanced(XXHash_INCLUDE_DIR XXHash_LIBRARY)
