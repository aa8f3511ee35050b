/** Mathematics. A single dollar is money. */
import "katex/dist/katex.min.css";
import rehypeKatex from "rehype-katex";
import remarkMath from "remark-math";

/** In em: nothing a model writes covers the page. */
const LARGEST = 20;

export const plugins = {
  remark: [[remarkMath, { singleDollarTextMath: false }] as [typeof remarkMath, object]],
  rehype: [[rehypeKatex, { maxSize: LARGEST, strict: "ignore" }] as [typeof rehypeKatex, object]],
};
