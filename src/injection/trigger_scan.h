// The cheap question that every record is asked: could some text in it speak to a language model?
#pragma once

#include <string_view>
#include <vector>

namespace trailwarden::injection {

// False: no phrase of phrases.h is in `text`, which is JSON as it stands. True: look closely. That
// is so of some percent of ordinary records: those with a piece of one of the words without which
// no phrase can do (triggers.cpp), with a character beyond ASCII, a percent sign, an ampersand, a
// '<' or an escape such as \u0041, with letters that stand apart one by one, or with a long run of
// letters and digits that reads like encoded text.
//
// Nothing behind `text` is read. Time is linear: some 0.3 ns a byte with AVX2.
bool may_speak(std::string_view text);

// The same by the kernel of that name ("avx2", "portable"); for tests and benchmarks.
bool may_speak_with(std::string_view kernel, std::string_view text);
// What this machine can run, best first.
std::vector<std::string_view> trigger_kernels();

}  // namespace trailwarden::injection
