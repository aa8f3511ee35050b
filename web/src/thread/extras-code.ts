/** Colours for code: only of the language that the text names. */
import rehypeHighlight from "rehype-highlight";

export const plugins = {
  remark: [],
  rehype: [[rehypeHighlight, { detect: false }] as [typeof rehypeHighlight, object]],
};
