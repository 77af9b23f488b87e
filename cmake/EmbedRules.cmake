# Embeds the Sigma rules under rules/ as texts, in the order of their paths.
#
#   tw_embed_rules(rule_texts ${CMAKE_SOURCE_DIR}/rules)
#
# Included, it defines that function; run as a script (-P) it writes the generated source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(STRINGS ${NAMES} names)
  set(manifest "")
  set(arrays "")
  set(table "")
  set(number 0)
  foreach(name IN LISTS names)
    file(SHA256 ${RULES}/${name} digest)
    string(APPEND manifest "${digest}  ${name}\n")
    file(READ ${RULES}/${name} bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    # Lines of 20 bytes, for compilers and editors.
    string(REPEAT "0x..," 20 line)
    string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
    string(APPEND arrays "constexpr unsigned char kRule${number}[] = {\n${bytes}};\n")
    string(APPEND table "    {\"${name}\", text_of(kRule${number})},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(SHA256 digest "${manifest}")
  file(WRITE ${SOURCE} "#include <cstddef>

#include \"rulepack/texts.h\"

namespace trailwarden::rulepack {
namespace {

${arrays}
template <std::size_t kSize>
std::string_view text_of(const unsigned char (&bytes)[kSize]) {
  return {reinterpret_cast<const char*>(bytes), kSize};
}

}  // namespace

std::span<const RuleText> rule_texts() {
  static const RuleText texts[] = {
${table}};
  return texts;
}

std::string_view texts_hash() { return \"${digest}\"; }

}  // namespace trailwarden::rulepack
")
  return()
endif()

set(TW_EMBED_RULES_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(tw_embed_rules target folder)
  file(GLOB_RECURSE names CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*.yml)
  list(SORT names)
  list(TRANSFORM names PREPEND ${folder}/ OUTPUT_VARIABLE files)
  # A file, not an argument: the list is too long for some shells. Rewritten only when it changes,
  # so that a rule that was added or removed rebuilds and nothing else does.
  list(JOIN names "\n" lines)
  set(list ${CMAKE_CURRENT_BINARY_DIR}/rule_names.txt)
  file(CONFIGURE OUTPUT ${list} CONTENT "${lines}\n" @ONLY)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/rule_texts.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DNAMES=${list} -DRULES=${folder} -DSOURCE=${source}
            -P ${TW_EMBED_RULES_SCRIPT}
    DEPENDS ${files} ${list} ${TW_EMBED_RULES_SCRIPT}
    COMMENT "Embedding the rules' texts"
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
