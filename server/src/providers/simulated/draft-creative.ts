/** Drafts of creative pieces: the form the prompt asks for, with its words in it. */
import type { Draft, Section } from "./draft.ts";
import { fill } from "./topic.ts";

export const draftCreative: Draft = (topic, chance) => {
  const asked = topic.prompt.slice(0, 5_000);
  const form = forms.find(([sign]) => sign.test(asked))?.[1] ?? scenes;
  const piece = chance.pick(form).map(({ text, ...rest }): Section => ({ ...rest, text: fill(text, topic) }));
  if (form === letters) return piece;
  return [...piece, { text: fill(chance.pick(notes), topic), prose: true }, { text: fill(chance.pick(others), topic) }];
};

type Piece = readonly Section[];

const poems: readonly [Piece, ...Piece[]] = [
  [
    { text: "**{A}**" },
    {
      text: "The morning came with silver rain,\nand {a} stood by the door;\na shadow on the windowpane,\na light across the floor.",
      against: "no_senses",
    },
    {
      text: "It spoke of {b}, soft and low,\nas rivers speak of sea,\nof all the things we come to know\nby simply letting be.",
    },
    {
      text: "And when the evening turned to blue\nand {c} had slipped away,\nthe smallest word of it rang true\nand lit the end of day.",
    },
  ],
  [
    { text: "**About {a}**" },
    {
      text: "There was a road that no one drew,\nit passed by {b} at night;\nthe wind along the hedges knew\nthe colour of its light.",
      against: "no_senses",
    },
    {
      text: "Who walks with {a} walks alone\nand never walks for long:\nthe cold that settles in a stone\nis patient as a song.",
    },
    {
      text: "So take from {c} what you can,\na whisper, or a spark;\nthe oldest map was one that ran\nfrom hand to hand, in dark.",
    },
  ],
];

const stories: readonly [Piece, ...Piece[]] = [
  [
    {
      text: "The smell of warm dust met Mara at the door, and under it something sweeter, like apples kept too long. She had come because of {a}. Nobody in the house would say the words aloud.",
      against: "no_senses",
      prose: true,
    },
    {
      text: "On the table lay what they had left of {b}: a list, a key, a photograph with one face cut out. She turned the key in her fingers. It was lighter than it looked.",
      prose: true,
    },
    {
      text: "“You are early,” said a voice from the stairs. It was her own voice, only older, and it did not sound surprised. “Sit down. If we want to speak about {c}, we should do it before the rain stops.”",
      prose: true,
    },
    {
      text: "When the rain did stop, there was one cup on the table, still warm, and the photograph was whole again.",
      prose: true,
    },
  ],
  [
    {
      text: "At ten past four the lights of the harbour went out, one after the other, as if somebody walked along the quay and pinched them between two fingers. That was how Ilias learned about {a}.",
      against: "no_senses",
      prose: true,
    },
    {
      text: "He did what his grandmother had taught him. He put bread in one pocket and {b} in the other, and he walked towards the sound instead of away from it. The stones were wet and the ropes creaked like old stairs.",
      prose: true,
    },
    {
      text: "What he found at the end of the quay was smaller than he had feared. It asked him for a story. He told it about {c}, and when he had finished, the lights came back in the order in which they had gone.",
      prose: true,
    },
  ],
];

const scenes: readonly [Piece, ...Piece[]] = [
  [
    {
      text: "It begins before you see anything, with the smell of coffee and rain and, behind it, the low hum of people who have been here since dawn. Then you catch sight of {a}, and the colours arrive all at once: rust, saffron, the green of wet leaves.",
      against: "no_senses",
      prose: true,
    },
    {
      text: "Nobody hurries. In the middle, where a square would have its fountain, there is room for {b}, and everything else arranges itself around that. A hand rests on the edge of a table; a voice counts softly in another language.",
      prose: true,
    },
    {
      text: "If you stay long enough, you notice {c}, there from the start, in the corner of every sentence, waiting to be asked about.",
      prose: true,
    },
  ],
  [
    {
      text: "Let me put it the way I would say it out loud. {A}? I have lived with that for a long time, through frost and gold light and more rain than anybody ordered, and I am still surprised.",
      against: "no_senses",
      prose: true,
    },
    {
      text: "People come with {b} in mind, and I let them talk. You learn a good deal by standing still. Most of them leave with a different question from the one they brought, and the better ones leave with two.",
      prose: true,
    },
    {
      text: "As for {c}, ask me again in a hundred years. I will have grown a little by then, and so will the answer.",
      prose: true,
    },
  ],
];

const letters: readonly [Piece, ...Piece[]] = [
  [
    { text: "**Subject:** Your view on {a}" },
    { text: "Dear colleague," },
    {
      text: "I have finished the work on {a} and would value your view before it goes any further. Three things in particular: can one rely on {b}, does the presentation help the reader, and do the conclusions follow from what is shown?",
      prose: true,
    },
    {
      text: "Ten minutes would be enough, and short notes in the margin are as welcome as full sentences. If you would rather talk about {c} in person, I am free on Thursday afternoon.",
      prose: true,
    },
    { text: "With kind regards,\n[Your name]" },
  ],
];

const lines: readonly [Piece, ...Piece[]] = [
  [
    { text: "Four options, from plain to bold:" },
    {
      text: "1. *{A}: the quiet light in {b}*\n2. *What {a} can teach us about {c}*\n3. *From {b} to {c}, and what lies between*\n4. *Ask first, build later: {a} under the lamp*",
    },
    {
      text: "The first keeps to the facts. The second promises an answer and has to be followed by one. The third suits a reader who already knows {b}, and the fourth puts the doubt in front, where it is most honest.",
      prose: true,
    },
  ],
];

const limericks: readonly [Piece, ...Piece[]] = [
  [
    {
      text: "A reader of {a}, in green,\nwas calmer than any I've seen;\nwhen asked about why,\nthey looked at the sky\nand whispered: “It's all in between.”",
      against: "no_senses",
    },
    {
      text: "The joke rests on the last line: it names no reason, and the reader fills one in. A limerick wants a light hand, so I kept {c} out of the rhyme and let {b} come back as the colour of the coat.",
      prose: true,
    },
  ],
];

/** The first that fits decides. */
const forms: readonly [RegExp, readonly [Piece, ...Piece[]]][] = [
  [/\blimerick|\bjoke\b|\bpun\b/i, limericks],
  [/\b(?:poem|sonnet|haiku|lyrics|song|rhyme|verse|poet)s?\b/i, poems],
  [/\b(?:headline|slogan|tagline|title|caption)s?\b/i, lines],
  [/\b(?:e-?mail|letter|invitation|message to)\b/i, letters],
  [/\b(?:story|tale|fiction\w*|novel|chapter)\b/i, stories],
];

const notes = [
  "A word on the making: the piece keeps {a} in the foreground and shows {b} through things one can touch, so that nothing has to be explained.",
  "On the choices made: the piece stays close to {a}, lets {b} do the work of the plot, and saves {c} for the end.",
] as const;

const others = [
  "An alternative would be to tell it from the side of {b}: colder at first, and braver in the last line.",
  "Another version could open with {c} and let {a} arrive late.",
] as const;
