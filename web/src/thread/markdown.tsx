/** A model's text: Markdown, of which nothing runs, nothing is fetched and nothing pretends to be ours. */
import "./markdown.css";
import { memo, useMemo, useState } from "react";
import ReactMarkdown, { type Options } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { needsOf, openFence, withDollars } from "./blocks.ts";
import { type Extras, useExtras } from "./extras.ts";
import { CodeBlock, components, GrowingCode } from "./markdown-parts.tsx";
import { createReader } from "./pieces.ts";
import { headingsDown, htmlAsText, ownDirection, schema } from "./safe.ts";

type Props = {
  text: string;
  /** It is still being written: what is finished of it is not made again. */
  growing?: boolean;
  /** The level of the heading that it stands under. */
  below?: number;
};

export function Markdown({ text, growing = false, below = 2 }: Props) {
  const [read] = useState(createReader);
  const { texts, definitions, code, math, top } = useMemo(() => read(text), [read, text]);
  const shift = below + 1 - (top ?? 1);
  const extras = useExtras({ code, math });
  return (
    <div className="md" data-growing={growing}>
      {texts.map((block, at) => {
        const last = at === texts.length - 1;
        const linked = definitions !== "" && block.includes("[") ? `${block}\n\n${definitions}` : block;
        // Blocks are told apart by their place: they only ever grow at the end.
        const key = `block-${at}`;
        return <Block key={key} text={linked} shift={shift} extras={extras} open={growing && last} />;
      })}
    </div>
  );
}

type BlockProps = { text: string; shift: number; extras: Extras; open: boolean };

const gfm: [typeof remarkGfm, object] = [remarkGfm, { singleTilde: false }];
const sanitize: [typeof rehypeSanitize, object] = [rehypeSanitize, schema];

const Block = memo(function Block({ text, shift, extras: { code, math }, open }: BlockProps) {
  const fence = open ? openFence(text) : null;
  const needs = needsOf(text);
  const coloured = needs.code && !open ? code : null;
  const formulas = needs.math ? math : null;
  const plugins = useMemo<Pick<Options, "remarkPlugins" | "rehypePlugins">>(
    () => ({
      remarkPlugins: [gfm, ...(formulas?.remark ?? []), htmlAsText],
      rehypePlugins: [
        sanitize,
        [headingsDown, shift],
        ownDirection,
        ...(formulas?.rehype ?? []),
        ...(coloured?.rehype ?? []),
      ],
    }),
    [coloured, formulas, shift],
  );
  if (fence) {
    return (
      <CodeBlock language={fence.language} text={fence.code}>
        <GrowingCode code={fence.code} />
      </CodeBlock>
    );
  }
  return (
    <ReactMarkdown components={components} {...plugins}>
      {formulas ? withDollars(text) : text}
    </ReactMarkdown>
  );
});
