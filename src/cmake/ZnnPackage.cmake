# Packages: `cpack -G DEB` and `cpack -G TGZ` in the build directory.
#
# The .deb files are two, as is the custom: znn, with the program, its manual and the completions, and libznn-dev, for
# those who write programs with the library.  The .tar.gz has all of it; of a build with ZNN_STATIC it can be unpacked
# and used anywhere.
set(CPACK_PACKAGE_NAME znn)
set(CPACK_PACKAGE_CONTACT "The znn authors <znn@example.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION
    "znn makes files of neural-network weights smaller: safetensors, PyTorch, GGUF, NumPy. What it decompresses is the \
same to the bit, or there is an error.")
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
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME znn)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libznn-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libzstd-dev, libxxhash-dev")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "The program, its manual, and completions for bash, zsh and fish.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "The library, static and shared, with its header.")
include(CPack)
