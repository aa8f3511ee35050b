/** A model's text: Markdown, of which nothing runs, nothing is fetched and nothing pretends to be ours. */
import "./markdown.css";
import { memo, useMemo } from "react";
import ReactMarkdown, { type Options } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { definitionsOf, needsOf, openFence, splitBlocks, topHeading, withDollars } from "./blocks.ts";
import { type Extras, useExtras } from "./extras.ts";
import { CodeBlock, components } from "./markdown-parts.tsx";
import { headingsDown, htmlAsText, schema } from "./safe.ts";

type Props = {
  text: string;
  /** It is still being written: what is finished of it is not made again. */
  growing?: boolean;
  /** The level of the heading that it stands under. */
  below?: number;
};

export function Markdown({ text, growing = false, below = 2 }: Props) {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  const definitions = useMemo(() => definitionsOf(text), [text]);
  const needs = useMemo(() => needsOf(text), [text]);
  const shift = useMemo(() => below + 1 - topHeading(text), [text, below]);
  const extras = useExtras(needs);
  return (
    <div className="md" data-growing={growing}>
      {blocks.map((block, at) => {
        const last = at === blocks.length - 1;
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
  const plugins = useMemo<Pick<Options, "remarkPlugins" | "rehypePlugins">>(
    () => ({
      remarkPlugins: [gfm, ...(math?.remark ?? []), htmlAsText],
      rehypePlugins: [sanitize, [headingsDown, shift], ...(math?.rehype ?? []), ...(open ? [] : (code?.rehype ?? []))],
    }),
    [code, math, open, shift],
  );
  if (fence) {
    return (
      <CodeBlock language={fence.language} text={fence.code}>
        <code>{fence.code}</code>
      </CodeBlock>
    );
  }
  return (
    <ReactMarkdown components={components} {...plugins}>
      {math ? withDollars(text) : text}
    </ReactMarkdown>
  );
});
