/** Where one looks within a thread: kept in the address, so that a reload or a link shows the same. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

export const tabs = ["answer", "debate", "critiques", "versions", "cost", "log"] as const;
export type TabName = (typeof tabs)[number];

export type Place = {
  tab: TabName;
  /** Which iteration is looked at; null: whatever is best or newest. */
  iteration: number | null;
  /** Whose judgement is looked at; null: nobody's. */
  model: string | null;
  /** Names of models are hidden. */
  blind: boolean;
};

export type GoTo = (change: Partial<Place>) => void;

export function usePlace(): Place & { goTo: GoTo } {
  const [params, setParams] = useSearchParams();
  const place = useMemo(() => read(params), [params]);
  const goTo = useCallback(
    (change: Partial<Place>) => setParams((before) => write({ ...read(before), ...change }), { replace: true }),
    [setParams],
  );
  return { ...place, goTo };
}

const HIDDEN = "hidden";

function read(params: URLSearchParams): Place {
  const tab = params.get("tab");
  const iteration = Number(params.get("iteration"));
  return {
    tab: tabs.find((one) => one === tab) ?? "answer",
    iteration: Number.isInteger(iteration) && iteration > 0 ? iteration : null,
    model: params.get("model"),
    blind: params.get("names") === HIDDEN,
  };
}

function write({ tab, iteration, model, blind }: Place): URLSearchParams {
  const set: Record<string, string> = {};
  if (tab !== "answer") set["tab"] = tab;
  if (iteration !== null) set["iteration"] = String(iteration);
  if (model !== null) set["model"] = model;
  if (blind) set["names"] = HIDDEN;
  return new URLSearchParams(set);
}
