# How every target of znn is compiled: C11, one set of warnings, and the sanitizers of ZNN_SANITIZE.
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
# The sandbox of the program: landlock, and a filter of system calls.  The build decides which of them the program has;
# the program finds out which of them the kernel has.
set(ZNN_HAVE_LANDLOCK OFF)
set(ZNN_HAVE_CALL_FILTER OFF)
if(NOT ZNN_SANDBOX STREQUAL "off" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  include(CheckSymbolExists)
  include(CheckCSourceCompiles)
  check_symbol_exists(LANDLOCK_CREATE_RULESET_VERSION linux/landlock.h ZNN_FOUND_LANDLOCK)
  check_c_source_compiles(
    "#include <linux/filter.h>
#include <linux/seccomp.h>
#if !(defined(__x86_64__) && defined(__LP64__)) && !(defined(__aarch64__) && defined(__AARCH64EL__) && defined(__LP64__))
#error the table of system calls knows no other processor
#endif
int main(void) { return SECCOMP_GET_ACTION_AVAIL == 0; }"
    ZNN_FOUND_CALL_FILTER)
  set(severity WARNING)
  if(ZNN_SANDBOX STREQUAL "on")
    set(severity FATAL_ERROR)
  endif()
  if(NOT ZNN_FOUND_LANDLOCK)
    message(${severity} "There is no <linux/landlock.h>, which the sandbox takes; -DZNN_SANDBOX=off builds without it")
  else()
    set(ZNN_HAVE_LANDLOCK ON)
    set(ZNN_HAVE_CALL_FILTER ${ZNN_FOUND_CALL_FILTER})
  endif()
  if(ZNN_SANDBOX STREQUAL "on" AND NOT ZNN_FOUND_CALL_FILTER)
    message(FATAL_ERROR "System calls are filtered on x86-64 and little-endian aarch64 only; "
                        "-DZNN_SANDBOX=auto builds with landlock alone")
  elseif(ZNN_SANDBOX STREQUAL "on" AND ZNN_SANITIZE)
    message(FATAL_ERROR "Sanitizers need the system calls that the sandbox refuses; "
                        "-DZNN_SANDBOX=auto builds with landlock alone")
  endif()
elseif(ZNN_SANDBOX STREQUAL "on")
  message(FATAL_ERROR "There is a sandbox for Linux only; -DZNN_SANDBOX=auto builds without it")
endif()

if(ZNN_SANITIZE)
  target_compile_options(znn_compile INTERFACE -fsanitize=${ZNN_SANITIZE} -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
  target_link_options(znn_compile INTERFACE -fsanitize=${ZNN_SANITIZE})
endif()
# libFuzzer needs to see which branches are taken, above all in the library.
if(ZNN_FUZZ)
  target_compile_options(znn_compile INTERFACE -fsanitize=fuzzer-no-link)
endif()
