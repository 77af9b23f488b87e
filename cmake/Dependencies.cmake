# The product links Debian packages only, and their static archives: see docs/ARCHITECTURE.md.
find_package(Threads REQUIRED)

function(tw_archive name archive)
  find_library(TW_LIB_${name} NAMES ${archive} REQUIRED)
  # Imported, so that CMake knows which archive needs which, and puts them in that order.
  add_library(${name} STATIC IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${TW_LIB_${name}})
endfunction()

tw_archive(tw_deflate libdeflate.a)
tw_archive(tw_zlib libz.a)
tw_archive(tw_re2 libre2.a)
tw_archive(tw_fyaml libfyaml.a)
tw_archive(tw_boost_json libboost_json.a)
tw_archive(tw_expat libexpat.a)
tw_archive(tw_ssl libssl.a)
tw_archive(tw_crypto libcrypto.a)
tw_archive(tw_sqlite libsqlite3.a)
target_link_libraries(tw_ssl INTERFACE tw_crypto)
target_link_libraries(tw_crypto INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
target_link_libraries(tw_sqlite INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
target_link_libraries(tw_re2 INTERFACE Threads::Threads)

add_library(tw_fmt INTERFACE)
target_compile_definitions(tw_fmt INTERFACE FMT_HEADER_ONLY)
