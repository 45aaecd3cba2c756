# Packages: `cpack -G DEB` and `cpack -G TGZ` in the build directory.
#
# There are three .deb files:
#
#     znn           the program, its manual and the completions; it contains the library and needs neither of the others
#     libznn0.1     the shared library; the name has the number of its interface (SOVERSION), so two can be installed
#     libznn-dev    header, static library and manual pages, to build programs that use the library
#
# The .tar.gz has all of these files.  With ZNN_STATIC it has no shared library, and its program runs anywhere.
set(CPACK_PACKAGE_NAME znn)
set(CPACK_PACKAGE_CONTACT "The znn authors <znn@example.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION
    "znn compresses files of neural-network weights: safetensors, PyTorch, GGUF, NumPy. Decompression gives back the same \
bytes, or an error.")
set(CPACK_PACKAGE_VENDOR "The znn authors")
string(TOLOWER "${PROJECT_NAME}-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" CPACK_PACKAGE_FILE_NAME)
if(ZNN_STATIC)
  string(APPEND CPACK_PACKAGE_FILE_NAME -static)
endif()
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_THREADS 0)
set(CPACK_GENERATOR DEB TGZ)

set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libzstd-dev, libxxhash-dev")
if(TARGET znn_shared)
  get_target_property(znn_interface znn_shared SOVERSION)
  list(APPEND CPACK_COMPONENTS_ALL library)
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libznn${znn_interface})
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
  string(PREPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libznn${znn_interface} (= ${PROJECT_VERSION}), ")
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME znn)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libznn-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
# A program that is linked with the shared library needs its package; this lets dpkg-shlibdeps find out.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "The shared library, for programs that use it.")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "The program, its manual, and completions for bash, zsh and fish.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "What programs are built with that use the library: its header, and the static library.")
include(CPack)
