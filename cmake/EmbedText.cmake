# Embeds one text file into the binary as a constant.
#
#   tw_embed_text(room_analyst .../prompts/case.md trailwarden::analyst embedded_case_prompt)
#
# makes `std::string_view trailwarden::analyst::embedded_case_prompt()`, which the room declares.
# Included, it defines that function; run as a script (-P) it writes the generated source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${TEXT} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(REPEAT "0x..," 20 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  file(WRITE ${SOURCE} "#include <string_view>

namespace ${NAMESPACE} {
namespace {
constexpr unsigned char kText[] = {
${bytes}};
}  // namespace

std::string_view ${FUNCTION}();
std::string_view ${FUNCTION}() { return {reinterpret_cast<const char*>(kText), sizeof kText}; }

}  // namespace ${NAMESPACE}
")
  return()
endif()

set(TW_EMBED_TEXT_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(tw_embed_text target text namespace function)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DTEXT=${text} -DSOURCE=${source} -DNAMESPACE=${namespace}
            -DFUNCTION=${function} -P ${TW_EMBED_TEXT_SCRIPT}
    DEPENDS ${text} ${TW_EMBED_TEXT_SCRIPT}
    COMMENT "Embedding ${function}"
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
