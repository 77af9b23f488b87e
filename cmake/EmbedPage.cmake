# Embeds the dashboard's committed bundle: no Node is needed to build the product.
#
#   tw_embed_page(room_page .../dist/index.html)
#
# Included, it defines that function; run as a script (-P) it writes the generated source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${PAGE} text)
  if(NOT text MATCHES "<!--trailwarden-data-->")
    message(FATAL_ERROR "${PAGE} has no place for data")
  endif()
  file(READ ${PAGE} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  # Lines of 20 bytes: compilers and editors dislike one line of half a megabyte.
  string(REPEAT "0x..," 20 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  file(WRITE ${SOURCE} "#include \"page/template.h\"

namespace trailwarden::page {
namespace {
constexpr unsigned char kBundle[] = {
${bytes}};
}  // namespace

std::string_view embedded_bundle() {
  return {reinterpret_cast<const char*>(kBundle), sizeof kBundle};
}

}  // namespace trailwarden::page
")
  return()
endif()

set(TW_EMBED_PAGE_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(tw_embed_page target page)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_bundle.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DPAGE=${page} -DSOURCE=${source} -P ${TW_EMBED_PAGE_SCRIPT}
    DEPENDS ${page} ${TW_EMBED_PAGE_SCRIPT}
    COMMENT "Embedding the dashboard"
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
