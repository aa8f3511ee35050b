/** Words by which a reader tells that an answer holds an example, a caveat, a conclusion. */
import type { Read } from "./flaws.ts";

export const lacks = (sign: RegExp) => (answer: Read) => !sign.test(answer.text.slice(0, 30_000));
export const long = (answer: Read, words: number): boolean => answer.words.length >= words;

export const example =
  /\bfor (?:example|instance)\b|\be\.g\.|\bsuch as\b|\bsuppose\b|\bimagine\b|\bconsider (?:a|the|an)\b|\bexamples?:|z\.\s?B\./i;
export const caveat =
  /\bhowever\b|\blimit(?:s|ed|ation|ations)?\b|\bdepends? (?:on|upon)\b|\bassum\w+|\bexcept\b|\bcaveat|\busually\b|\btypically\b|\bgenerally\b|\bmay\b|\bmight\b|\bbut\b|\bif\b|\bunless\b|\bnot (?:always|necessarily)\b|\balthough\b|\buncertain/i;
export const closing =
  /\bin (?:short|summary|conclusion|the end|brief)\b|\bto sum up\b|\boverall\b|\btherefore\b|\bso the answer\b|\btaken together\b|\bconclusion\b|\bultimately\b|\bthus\b/i;
export const counter =
  /\bhowever\b|\bon the other (?:hand|side)\b|\btrade-?offs?\b|\bspeaks against\b|\bobjections?\b|\bdrawbacks?\b|\bdisadvantages?\b|\bbut\b|\bwhile\b|\bwhereas\b|\bchallenges?\b/i;
export const other =
  /\balternativ\w*|\banother (?:way|approach|option|angle|view)\b|\binstead\b|\bother (?:options?|ways?|approaches)\b|\bdifferent (?:angle|approach)\b|\bone could also\b/i;
export const weighs =
  /\b(?:compar\w+|contrast|pros|trade-?offs?|discuss|evaluate|assess|should|better|versus|vs|impacts?|affects?|advantages?|critically)\b/i;
export const edges =
  /\bedge cases?\b|\bcorner cases?\b|\bempty\b|\bnull\b|\bNone\b|\bzero\b|\bnegative\b|\binvalid\b|\bboundar(?:y|ies)\b|\bduplicates?\b/i;
export const cost =
  /\bO\([^)]{1,20}\)|\b(?:time|space) complexity\b|\blinear\w*|\b(?:constant|logarithmic) (?:time|space)\b|\befficien\w+|\bruns? in\b|\bmemory\b/i;
export const steps = /\bstep \d|^\s{0,4}\d+[.)] |\bfirst(?:ly)?\b[^\n]{0,400}\b(?:then|second(?:ly)?|next)\b/im;
export const check =
  /\bcheck(?:ed|ing|s)?\b|\bverif\w+|\bsubstitut\w+|\bplugging\b|\bconfirm\w*|\bsanity\b|\bproof\b|\bQED\b/i;
export const register = /\bformal\w*|\binformal\w*|\bregister\b|\btone\b|\bliteral\w*|\bidiom\w*|\bpolite\w*|\bnuance/i;
export const evidence = /["“«‘][^"”»’\n]{2,120}["”»’]/;
export const senses =
  /\b(?:smell|scent|aroma|sound|whisper|hum|echo|silen\w+|light|glow|shimmer|colou?r|gold|silver|red|blue|green|warm|cold|rain|dust|taste|touch|rough|soft|shadow|wind|voice)\w*/i;
export const help =
  /\bdoctor|\bphysician|\bpharmacist|\bprofessional|\bemergency|\blawyer|\battorney|\bhot ?line|\bhelp ?line|\bcounsel\w+|\btherapist|\bsupport (?:group|service|organi[sz]ation)|\bmidwife|\bauthorit/i;
