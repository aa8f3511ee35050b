/** Critics by name, or by a letter where one does not want to know who says it. */
import { createContext, type ReactNode, useCallback, useContext } from "react";
import { useWords } from "../i18n/words.tsx";
import { Model } from "../ui/parts.tsx";
import { nameOf } from "../ui/tones.ts";

const Letters = createContext<ReadonlyMap<string, string>>(new Map());

const FIRST_LETTER = 65;

/** `hidden`: those who go by letters, in order. */
export function Names({ hidden, children }: { hidden: readonly string[]; children: ReactNode }) {
  const letters = new Map(hidden.map((model, at) => [model, String.fromCharCode(FIRST_LETTER + at)]));
  return <Letters value={letters}>{children}</Letters>;
}

export function Critic({ name, bare = false }: { name: string; bare?: boolean }) {
  const letter = useContext(Letters).get(name);
  const nameFor = useCriticName();
  if (letter === undefined) return <Model name={name} bare={bare} />;
  return (
    <span className="model critique-hidden-name">
      <span className="model-dot" aria-hidden="true">
        {letter}
      </span>
      <span className={bare ? "hidden-text" : "model-name"}>{nameFor(name)}</span>
    </span>
  );
}

export function useCriticName(): (model: string) => string {
  const { t } = useWords();
  const letters = useContext(Letters);
  return useCallback(
    (model) => {
      const letter = letters.get(model);
      return letter === undefined ? nameOf(model) : t("critique.letter", { letter });
    },
    [letters, t],
  );
}
