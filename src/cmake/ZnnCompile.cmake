# How every target of znn is compiled: C11, one warning set, sanitizers where asked for.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# -O3 turns the plain-C byte-group kernels into vector code; at -O2 gcc 12 leaves them scalar.
set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG")

add_library(znn_compile INTERFACE)
target_compile_definitions(znn_compile INTERFACE _POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
target_compile_options(
  znn_compile
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            -Wsign-conversion
            -Wstrict-prototypes
            -Wmissing-prototypes
            -Wpointer-arith
            -Wcast-qual
            -Wwrite-strings
            -Wvla
            -Wundef
            -Wformat=2
            -Wimplicit-fallthrough
            $<$<BOOL:${ZNN_WERROR}>:-Werror>)
# The sandbox of the program.  Whether the kernel has one is seen when it runs; whether it was built is said here.
if(NOT ZNN_SANDBOX STREQUAL "off" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  include(CheckSymbolExists)
  check_symbol_exists(LANDLOCK_CREATE_RULESET_VERSION linux/landlock.h ZNN_HAVE_LANDLOCK)
  if(NOT ZNN_HAVE_LANDLOCK)
    set(severity WARNING)
    if(ZNN_SANDBOX STREQUAL "on")
      set(severity FATAL_ERROR)
    endif()
    message(${severity} "There is no <linux/landlock.h>, which the sandbox takes; -DZNN_SANDBOX=off builds without it")
  endif()
elseif(ZNN_SANDBOX STREQUAL "on")
  message(FATAL_ERROR "There is a sandbox for Linux only; -DZNN_SANDBOX=auto builds without it")
else()
  set(ZNN_HAVE_LANDLOCK OFF)
endif()

if(ZNN_SANITIZE)
  target_compile_options(znn_compile INTERFACE -fsanitize=${ZNN_SANITIZE} -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
  target_link_options(znn_compile INTERFACE -fsanitize=${ZNN_SANITIZE})
endif()
# libFuzzer finds its way by what it sees of the branches taken, in the library above all.
if(ZNN_FUZZ)
  target_compile_options(znn_compile INTERFACE -fsanitize=fuzzer-no-link)
endif()
