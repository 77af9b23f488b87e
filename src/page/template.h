// The bytes of dashboard/dist/index.html. Defined in a file that cmake/EmbedPage.cmake generates.
#pragma once

#include <string_view>

namespace trailwarden::page {

std::string_view embedded_bundle();

}  // namespace trailwarden::page
