/** Other names for the models of a thread, for whoever wants to read without knowing who says it. */
import { useMemo } from "react";
import { useWords } from "../i18n/words.tsx";
import type { Aliases } from "../ui/parts.tsx";
import { aliasesOf } from "./blind.ts";
import { usePlace } from "./place.ts";
import type { ThreadView } from "./view.ts";

const none: Aliases = new Map();

export function useAliases({ choice, iterations, troubles }: ThreadView): Aliases {
  const { t } = useWords();
  const { blind } = usePlace();
  return useMemo(() => {
    if (!blind) return none;
    const aliases = [...aliasesOf({ choice, iterations, troubles })].map(([model, { part, mark, alone }]) => {
      const name = alone ? t("thread.alias.alone") : t(`thread.alias.${part}`, { mark });
      return [model, { mark, name }] as const;
    });
    return new Map(aliases);
  }, [blind, choice, iterations, troubles, t]);
}
