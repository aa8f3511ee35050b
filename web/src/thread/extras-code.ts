/** Colours for code: only of the language that the text names. */
import rehypeHighlight from "rehype-highlight";

/** Made once: it knows dozens of languages. */
const highlight = rehypeHighlight({ detect: false });

export const plugins = { remark: [], rehype: [() => highlight] };
