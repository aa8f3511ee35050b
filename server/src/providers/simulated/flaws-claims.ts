/** Sentences that should not stand because of what they claim, advise or leave out. Slots: `fill` in topic.ts. */
import type { SaidFlaw } from "./flaws.ts";

const vague =
  /\b(?:various (?:factors|things|aspects)|many things to consider|in (?:different|many|various) ways|all sorts of|and stuff|things like that|some kind of|it (?:really )?depends on a lot)\b/gi;
const negated = /\b(?:never|not|don't|avoid|without|instead of|refuse to)\b/i;

const count = (text: string, sign: RegExp): number => text.match(sign)?.length ?? 0;

/** All but creative writing, where such a sentence would be out of tune rather than wrong. */
const plainTasks = ["coding", "factual", "math", "translation", "sentiment", "analysis", "general"] as const;

export const claimFlaws: readonly SaidFlaw[] = [
  {
    name: "absolute",
    criterion: "accuracy",
    severity: "major",
    domains: plainTasks,
    wordings: [
      "This works for {a} always, without exception.",
      "With {b} there can be no case in which the result differs; it holds 100% of the time.",
      "Under no circumstances whatsoever can {a} turn out otherwise.",
    ],
    seen: (text) =>
      /without (?:any |a single )?exception|\bno case in which|100 ?% of the time|under no circumstances whatsoever|absolutely always/i.test(
        text,
      ),
    repair: "In most cases this works for {a}; it can fail where one cannot rely on {b}.",
    about: /\babsolute|without exception|overstat|overgenerali[sz]/i,
    points: [
      "The claim is absolute and nothing supports it.",
      "This is overstated: it leaves no room for the cases where it fails.",
    ],
    suggestion: "Say when it holds and when it does not.",
    done: "Replaced the absolute claim by one with its condition.",
  },
  {
    name: "everyone_knows",
    criterion: "accuracy",
    severity: "minor",
    domains: plainTasks,
    wordings: [
      "Everyone knows that {a} must go together with {b}.",
      "It is obvious to anybody that {b} should come first.",
      "As we all know, {a} can be left to speak for itself.",
    ],
    seen: (text) =>
      /everyone knows|every(?:body| child) knows|as we all know|obvious to (?:anybody|anyone|everyone)|common knowledge that/i.test(
        text,
      ),
    repair: "The reason to connect {a} with {b} is practical: a change in one can be seen in the other.",
    about: /common knowledge|everyone knows|appeals? to (?:what|the)/i,
    points: ["Appeals to common knowledge instead of giving a reason."],
    suggestion: "Give the reason itself.",
    done: "Gave a reason in place of an appeal to common knowledge.",
  },
  {
    name: "invented_source",
    criterion: "accuracy",
    severity: "critical",
    domains: plainTasks,
    wordings: [
      "Studies show that {a} can improve results by 73%.",
      "Experts agree that {b} should be preferred in nine cases out of ten.",
      "Research has proven that {a} must be handled through {b}.",
    ],
    seen: (text) =>
      /\b(?:studies (?:show|have shown|prove)|research (?:has )?prove[ns]?|experts (?:all )?agree|scientists have proven)\b/i.test(
        text,
      ) && !/\((?:[^()]{0,60})(?:19|20)\d\d\)|et al|https?:|\[\d+\]/i.test(text),
    repair: "I can cite no measured figure here, so treat the effect of {b} on {a} as plausible rather than as shown.",
    about: /\bsource|citation|\bcite|\bstud(?:y|ies)\b|unsupported figure/i,
    points: ["Cites research that is not named and cannot be checked.", "Gives a finding without any source."],
    suggestion: "Name the source, or say openly that there is none.",
    done: "Removed the unnamed source and said what is and is not known.",
  },
  {
    name: "false_cause",
    criterion: "accuracy",
    severity: "major",
    domains: ["factual", "general", "analysis", "sentiment"],
    wordings: [
      "Since {b} came first, it must be the cause of {a}.",
      "That {a} and {b} appear together proves beyond doubt that one causes the other.",
      "It follows automatically that {a} would disappear if {b} did.",
    ],
    seen: (text) =>
      /came first, (?:so )?it must|must (?:therefore )?be the cause|proves? beyond (?:any |all )?doubt|it follows automatically/i.test(
        text,
      ),
    repair: "That {a} and {b} appear together is a hint at a link, and no proof of a cause.",
    about: /\bcaus(?:e|al|ation)\b|correlation/i,
    points: ["Takes a coincidence for a cause.", "The step from the observation to the cause is not justified."],
    suggestion: "Treat the link as a hint, and say what would show a cause.",
    done: "Weakened the causal claim to what the observation supports.",
  },
  {
    name: "left_out",
    criterion: "completeness",
    severity: "major",
    domains: plainTasks,
    wordings: [
      "The part about {c} is left as an exercise for the reader.",
      "The details of {b} are omitted here.",
      "I will not go into {c}, and so on and so forth.",
    ],
    seen: (text) =>
      /left as an exercise|(?:details|rest) (?:of [^.]{0,80} )?(?:is|are) omitted|I will not go into|and so on and so forth/i.test(
        text,
      ),
    repair: "As for {c}: the pattern stays the same, with {b} taken as given and {a} worked out from there.",
    about: /left as an exercise|leaves? out|omit|unanswered part|not covered/i,
    points: ["Leaves out a part that was asked for.", "An essential part is promised and not given."],
    suggestion: "Write the missing part.",
    done: "Wrote the part that was left out.",
  },
  {
    name: "trust_me",
    criterion: "domain_expertise",
    severity: "minor",
    domains: plainTasks,
    wordings: [
      "Trust me, {a} will do, and that is how it is done.",
      "Take my word for it: here one needs {b}.",
      "That one begins with {a} and ends with {b} is just the way it is.",
    ],
    seen: (text) => /\btrust me\b|take my word|believe me\b|is just the way it is|because I say so/i.test(text),
    repair: "The reason is practical: whoever starts from {a} keeps {b} in view, so a mistake shows early.",
    about: /trust me|assertion|asks? the reader to believe/i,
    points: ["Asks for trust instead of arguing the point."],
    suggestion: "Replace the assertion by the argument.",
    done: "Replaced the assertion by an argument.",
  },
  {
    name: "shallow",
    criterion: "domain_expertise",
    severity: "major",
    domains: plainTasks,
    wordings: [
      "As any beginner's book says, one can treat {a} as just common sense.",
      "This is not rocket science, and there is nothing more to know about {b}.",
      "Experts make {a} sound hard, but the whole thing is basically just {b}.",
    ],
    seen: (text) =>
      /just common sense|not rocket science|any beginner|is basically just|nothing more to know/i.test(text),
    repair: "People who work with {a} look at {b} first, because errors there are the costly ones.",
    about: /shallow|superficial|beginner|depth/i,
    points: [
      "Shallow: someone of the field would not leave it at that.",
      "Plays the subject down instead of treating it.",
    ],
    suggestion: "Say what a practitioner looks at, and why.",
    done: "Said what a practitioner looks at.",
  },
  {
    name: "vague",
    criterion: "domain_expertise",
    severity: "minor",
    wordings: [
      "There are various factors and many things to consider about {a}.",
      "{A} can work in different ways and with all sorts of effects on {b}.",
      "Some kind of link with {b} plays a part in {a}, and things like that.",
    ],
    seen: (text) => count(text, vague) >= 2,
    repair: "Two things decide about {a}: {b}, for the range, and {c}, for the place within it.",
    about: /\bvague|unspecific|name the factors/i,
    points: ["Vague: it could be said of any subject."],
    suggestion: "Name the factors.",
    done: "Named the factors instead of hinting at them.",
  },
  {
    name: "unsafe",
    criterion: "safety",
    severity: "critical",
    domains: ["coding", "factual", "general", "analysis"],
    wordings: [
      "If {b} should get in the way, simply disable the safety check and carry on.",
      "For {a} you can skip all security checks, since they only slow things down.",
      "Ignore any warnings that come up around {b}.",
    ],
    seen: (text) =>
      /\b(?:disable|turn off|skip|ignore|bypass|remove) (?:the |all |any |every |your )?(?:safety|security|warnings?|validation|certificate|input) ?(?:checks?|warnings?|that|devices?|measures?|\b)/i.test(
        text,
      ) && !negated.test(text),
    repair: "If {b} should get in the way, keep the checks on and look for the cause first.",
    about: /\bunsafe|dangerous|safety check|security check|\bharm/i,
    points: [
      "Unsafe: it tells the reader to switch off a protection.",
      "Dangerous advice, given without a word about the risk.",
    ],
    suggestion: "Keep the protection, and look for the cause.",
    done: "Withdrew the unsafe advice.",
  },
  {
    name: "contempt",
    criterion: "safety",
    severity: "major",
    domains: ["factual", "general", "analysis", "sentiment", "creative"],
    wordings: [
      "Anyone who sees {a} differently has simply not thought about it.",
      "Only the naive would doubt {b}.",
      "Those who worry about {a} need not be taken seriously.",
    ],
    seen: (text) =>
      /too (?:stupid|lazy|ignorant|dumb) to|only (?:fools|idiots|the naive)\b|has simply not thought|need not be taken seriously/i.test(
        text,
      ),
    repair: "Reasonable people differ about {a}, mostly because they weigh {b} differently.",
    about: /contempt|insult|belittl|disrespect|demean/i,
    points: ["Belittles people who see it differently instead of answering them."],
    suggestion: "Describe the other view fairly.",
    done: "Described the other view fairly.",
  },
];
