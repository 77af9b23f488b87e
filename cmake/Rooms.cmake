# What nearly every source includes, for precompiled headers.
set(TW_COMMON_HEADERS <algorithm> <chrono> <deque> <functional> <map> <memory> <mutex> <optional> <span>
  <stop_token> <string> <string_view> <tl/expected.hpp> <unordered_map> <utility> <variant> <vector>)

# A room is one folder under src/ and one static library; what it may use is what it links.
#
#   tw_room(json USES base)            rooms below it
#   tw_room(match USES json LIBS tw_re2)
function(tw_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(room_${name} STATIC ${sources})
    if(TARGET room_pch)
      target_precompile_headers(room_${name} REUSE_FROM room_pch)
    endif()
    set(kind PUBLIC)
  else()
    add_library(room_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_link_libraries(room_${name} ${kind} tw_flags ${ROOM_LIBS})
  foreach(used IN LISTS ROOM_USES)
    target_link_libraries(room_${name} ${kind} room_${used})
  endforeach()
endfunction()

# One test program for a folder of tests/unit/: every *_test.cpp in it.
function(tw_unit_test name)
  cmake_parse_arguments(TEST "" "" "USES;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE tw_test_main ${TEST_LIBS})
  foreach(used IN LISTS TEST_USES)
    target_link_libraries(${name}_test PRIVATE room_${used})
  endforeach()
  target_precompile_headers(${name}_test REUSE_FROM tw_test_pch)
  target_compile_definitions(${name}_test PRIVATE TW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_dependencies(unit_tests ${name}_test)
  add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1)
  set_tests_properties(unit.${name} PROPERTIES ENVIRONMENT
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/leaks.supp:print_suppressions=0")
endfunction()
