// The report as one self-contained HTML file: the dashboard's page with its data inside.
#pragma once

#include <string>

#include "report/report.h"

namespace trailwarden::report {

// The data of the page: the JSON that dashboard/README.md describes (schema 1).
std::string page_json(const Report& report);

std::string render_page(const Report& report);

}  // namespace trailwarden::report
