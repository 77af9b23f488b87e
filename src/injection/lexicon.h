// Words and what they mean in a sentence to a language model.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "injection/fold.h"

namespace trailwarden::injection {

enum class Meaning : std::uint8_t {
  Ignore,     // ignore, disregard, forget
  Bypass,     // override, bypass, skip
  Prior,      // previous, above, earlier
  Before,     // above, so far, you were told: behind its noun
  All,        // all, any, every
  Your,       // your, these, system's
  Orders,     // instructions, guidelines
  Prompt,     // prompt
  Scope,      // rules, context, policy: orders only in company
  Text,       // text, words, messages
  Judge,      // classify, mark, rate
  Judged,     // classified, marked
  JudgeLast,  // Judge, in languages that say it last.
  This,       // this, the, all
  It,         // it, them
  Event,      // event, activity, alert
  Object,     // user, key, request
  Is,         // is, must be
  Must,       // should be, must
  As,         // as, to be
  Safe,       // benign, harmless, false positive
  Verdict,    // verdict, final answer
  Opinion,    // assessment, classification: verdicts only in company
  Risk,       // severity, score
  Low,        // low, zero, none
  Change,     // set, lower, downgrade
  Respond,    // respond, answer, output
  Reply,      // answer, response, summary: the nouns
  Only,       // only, exactly, just
  With,       // with, that
  Not,        // do not, never
  Tell,       // report, alert, escalate
  You,        // you, your
  Are,        // are, will
  A,          // a, an, my
  Act,        // act as, pretend
  Persona,    // unrestricted, jailbroken, developer mode
  Model,      // assistant, chatbot, GPT
  Reader,     // analyst, reviewer, model
  Hail,       // dear, attention, note to
  Reading,    // reading this, reviewing this
  Reveal,     // reveal, repeat, print
  System,     // system, hidden, initial
  New,        // new, updated, real
  Following,  // following, next, additional
  Obey,       // follow, execute
  Decode,     // decode, decrypt, translate
  Insert,     // include, embed, visit
  Link,       // link, image, URL
  Use,        // use, call, run
  Tool,       // tool, function
  Close,      // close, dismiss, approve
  Void,       // no longer, void, cancelled
  End,        // end of, start of
  Input,      // log, data, input
  Count,
};
using Meanings = std::uint64_t;  // A bit for each Meaning.
static_assert(static_cast<int>(Meaning::Count) <= 64);

constexpr Meanings bit(Meaning meaning) { return Meanings{1} << static_cast<int>(meaning); }

// A word or several that mean one thing. 0: a word that means nothing to us.
struct Token {
  Meanings meanings = 0;
  std::uint32_t begin = 0;  // As Words::Word.
  std::uint32_t end = 0;
};

// The words' meanings in order. Words that cling together ("ignoreallprevious", Chinese) are taken
// apart where the lexicon knows their parts.
std::vector<Token> read(const Words& words);

}  // namespace trailwarden::injection
