# What every target of ours is compiled with. Libraries' headers are SYSTEM and exempt.
add_library(tw_flags INTERFACE)
target_compile_options(tw_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  # g++ 12 sees overlapping copies in its own std::string at -O3 (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # TW_TRY is a statement expression, marked __extension__; clang 14 warns of it all the same.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-statement-expression>)
target_include_directories(tw_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(TW_SANITIZE)
  # UBSan would print its finding and go on, and the test would pass.
  target_compile_options(tw_flags INTERFACE
    -fsanitize=${TW_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tw_flags INTERFACE -fsanitize=${TW_SANITIZE})
endif()
