#include "model/form_ladder.h"

namespace trailwarden::model {

std::string instructions(const Request& request, FormStep step) {
  if (!request.form || step != FormStep::Words) return request.system;
  return request.system + (request.system.empty() ? "" : "\n\n") +
         "Answer with one JSON object and nothing else, of this JSON Schema:\n" +
         request.form->schema;
}

}  // namespace trailwarden::model
