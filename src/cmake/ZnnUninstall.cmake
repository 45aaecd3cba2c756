# The target `uninstall`: removes the files that the last `cmake --install` of this build directory installed.
#
# CPack overwrites CMake's own list, install_manifest.txt.  So each installation writes another list, installed.txt.
# This file must be included after all install rules.  It is also the script that the target runs.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  install(
    CODE "if(NOT \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\" MATCHES \"/_CPack_Packages/\")
  list(JOIN CMAKE_INSTALL_MANIFEST_FILES \"\\n\" znn_installed)
  file(WRITE \"${PROJECT_BINARY_DIR}/installed.txt\" \"\${znn_installed}\\n\")
endif()" ALL_COMPONENTS)
  add_custom_target(
    uninstall
    COMMAND ${CMAKE_COMMAND} -DLIST=${PROJECT_BINARY_DIR}/installed.txt -P ${CMAKE_CURRENT_LIST_FILE}
    COMMENT "Removing what was installed")
  return()
endif()

if(NOT EXISTS "${LIST}")
  message(FATAL_ERROR "Nothing is installed from this build directory: there is no ${LIST}")
endif()
file(STRINGS "${LIST}" files)
foreach(file IN LISTS files)
  set(path "$ENV{DESTDIR}${file}")
  if(EXISTS "${path}" OR IS_SYMLINK "${path}")
    message("Removing ${path}")
    file(REMOVE "${path}")
  endif()
  # Folders that bear the project's name belong to it, and so do the folders within its documentation.
  get_filename_component(folder "${path}" DIRECTORY)
  file(GLOB left "${folder}/*")
  while(NOT left AND folder MATCHES "/(znn|doc/znn/.*)$")
    file(REMOVE_RECURSE "${folder}")
    get_filename_component(folder "${folder}" DIRECTORY)
    file(GLOB left "${folder}/*")
  endwhile()
endforeach()
file(REMOVE "${LIST}")
