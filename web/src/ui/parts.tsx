/** Small parts without a life of their own. */
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext } from "react";
import { useWords } from "../i18n/words.tsx";
import { hueOf, huesOf, nameOf, type Tone, toneOf } from "./tones.ts";

export function Tag({ tone, title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span className="tag" data-tone={tone} title={title}>
      {children}
    </span>
  );
}

/** 1 to 10, tinted; the number always stands there too. */
export function Score({ value, title }: { value: number | null; title?: string }) {
  const { score, t } = useWords();
  return (
    <span className="score" data-tone={toneOf(value)} title={title}>
      {value === null ? (
        <>
          <span aria-hidden="true">–</span>
          <span className="hidden-text">{t("common.noScore")}</span>
        </>
      ) : (
        score(value)
      )}
    </span>
  );
}

/** Colours of models that are shown together. */
const Hues = createContext<ReadonlyMap<string, number>>(new Map());

export function ModelColours({ models, children }: { models: readonly string[]; children: ReactNode }) {
  return <Hues value={huesOf(models)}>{children}</Hues>;
}

export const useHue = (name: string): string => `var(--m${useContext(Hues).get(name) ?? hueOf(name)})`;

/** Model -> what it is called where its name is hidden, and the sign for it. */
export type Aliases = ReadonlyMap<string, { mark: string; name: string }>;

const Hidden = createContext<Aliases>(new Map());

export function ModelAliases({ aliases, children }: { aliases: Aliases; children: ReactNode }) {
  return <Hidden value={aliases}>{children}</Hidden>;
}

/** Names models as they are to be called here, for sentences. */
export function useModelName(): (name: string) => string {
  const hidden = useContext(Hidden);
  return useCallback((name) => hidden.get(name)?.name ?? nameOf(name), [hidden]);
}

/** A model by its initial, colour and name; the provider's own prefix of simulated ones is left to their tag. */
export function Model({ name, bare = false }: { name: string; bare?: boolean }) {
  const hue = useHue(name);
  const alias = useContext(Hidden).get(name);
  const shown = alias?.name ?? nameOf(name);
  return (
    <span className="model" style={{ "--hue": hue } as Record<string, string>} title={alias ? shown : name}>
      <span className="model-dot" aria-hidden="true">
        {alias?.mark ?? shown.charAt(0).toUpperCase()}
      </span>
      <span className={bare ? "hidden-text" : "model-name"}>{shown}</span>
    </span>
  );
}

const icons = { good: CircleCheck, fair: TriangleAlert, bad: CircleAlert, accent: Info, none: Info };

export function Notice({ tone = "none", title, children }: { tone?: Tone; title?: ReactNode; children?: ReactNode }) {
  const Icon = icons[tone];
  return (
    <div className="notice" data-tone={tone}>
      <Icon aria-hidden="true" />
      <div className="notice-body">
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Room for what is on its way, so that nothing jumps when it comes; at most eight lines. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { t } = useWords();
  const widths = [96, 79, 62, 85, 68, 91, 74, 57].slice(0, lines);
  return (
    <div className="skeletons" role="status" aria-label={t("common.loading")}>
      {widths.map((width) => (
        <div key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

export function Spinner() {
  return <span className="spinner" aria-hidden="true" />;
}
