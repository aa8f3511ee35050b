/** What the elements of a model's text become on the page. */
import { memo, type ReactNode } from "react";
import type { Components, ExtraProps } from "react-markdown";
import { useWords } from "../i18n/words.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { isLink } from "./safe.ts";
import { Scroll } from "./scroll.tsx";

export function CodeBlock({ language, text, children }: { language: string; text: string; children: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="md-code" dir="ltr">
      <div className="md-code-head">
        <span>{language}</span>
        <CopyButton text={text} />
      </div>
      <Scroll className="md-code-body" label={t("thread.md.code")}>
        <pre>{children}</pre>
      </Scroll>
    </div>
  );
}

/** Lines that are laid out together: while code grows, only the last ones are laid out anew. */
const LINES_TOGETHER = 50;

export function GrowingCode({ code }: { code: string }) {
  const lines = code.split("\n");
  const parts: string[] = [];
  for (let at = 0; at < lines.length; at += LINES_TOGETHER) parts.push(lines.slice(at, at + LINES_TOGETHER).join("\n"));
  return (
    <code>
      {parts.map((part, at) => {
        const key = `part-${at}`;
        return <CodePart key={key} text={part} />;
      })}
    </code>
  );
}

const CodePart = memo(function CodePart({ text }: { text: string }) {
  return <span className="md-code-part">{text}</span>;
});

type Element = NonNullable<ExtraProps["node"]>;
type Child = Element["children"][number];

const textOf = (node: Element | Child): string =>
  node.type === "text" ? node.value : "children" in node ? node.children.map(textOf).join("") : "";

function Pre({ node, children }: ExtraProps & { children?: ReactNode }) {
  const code = node?.children[0];
  const classes = code?.type === "element" ? code.properties["className"] : [];
  const named = (Array.isArray(classes) ? classes : []).map(String).find((name) => name.startsWith("language-"));
  return (
    <CodeBlock language={named?.slice("language-".length) ?? ""} text={node ? textOf(node).replace(/\n$/, "") : ""}>
      {children}
    </CodeBlock>
  );
}

function Table({ children }: { children?: ReactNode }) {
  const { t } = useWords();
  return (
    <Scroll className="scroll md-table" label={t("thread.md.table")}>
      <table className="table" dir="auto">
        {children}
      </table>
    </Scroll>
  );
}

function Anchor({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  if (href?.startsWith("#")) return <a href={href}>{children}</a>;
  if (!isLink(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  );
}

/** Never fetched: that alone would tell somebody that the text was read. */
function Picture({ src, alt }: { src?: unknown; alt?: string | undefined }) {
  const { t } = useWords();
  const href = typeof src === "string" ? src : undefined;
  return <Anchor href={href}>{t("thread.md.picture", { name: alt || href || "" })}</Anchor>;
}

function Tick({ checked = false }: { checked?: boolean | undefined }) {
  const { t } = useWords();
  return (
    <span role="img" className="md-tick" aria-label={checked ? t("thread.md.ticked") : t("thread.md.unticked")}>
      {checked ? "☑" : "☐"}
    </span>
  );
}

export const components: Components = {
  pre: Pre,
  table: ({ children }) => <Table>{children}</Table>,
  a: ({ href, children }) => <Anchor href={href}>{children}</Anchor>,
  img: ({ src, alt }) => <Picture src={src} alt={alt} />,
  input: ({ checked }) => <Tick checked={checked} />,
};
