/** A thread on the screen: one's own or a shared one, running or done. */
import { useEffect, useMemo, useState } from "react";
import { Critiques } from "../critique/critiques.tsx";
import { Debate } from "../critique/debate.tsx";
import { useWords } from "../i18n/words.tsx";
import { ModelAliases, ModelColours, Skeleton } from "../ui/parts.tsx";
import { type Tab, Tabs } from "../ui/tabs.tsx";
import { Cost } from "../versions/cost.tsx";
import { Log } from "../versions/log.tsx";
import { Versions } from "../versions/versions.tsx";
import { Answer } from "./answer.tsx";
import { ThreadContext, type ThreadPage } from "./context.ts";
import { CourseAndTroubles } from "./course.tsx";
import { Header } from "./header.tsx";
import { type TabName, usePlace } from "./place.ts";
import { useAliases } from "./use-aliases.ts";
import { useThreadKeys } from "./use-thread-keys.ts";
import { Why } from "./why.tsx";

const parts: Record<TabName, Tab["content"]> = {
  answer: () => <Answer />,
  debate: () => <Debate />,
  critiques: () => <Critiques />,
  versions: () => <Versions />,
  cost: () => <Cost />,
  log: () => <Log />,
};

/** As much of the question as the title of a window shows. */
const TITLE_LENGTH = 60;

export function ThreadScreen({ page }: { page: ThreadPage }) {
  const { choice, iterations } = page.view;
  const ready = useReady(page);
  const models = useMemo(() => (choice ? [choice.selected_model, ...choice.evaluators] : []), [choice]);
  const aliases = useAliases(page.view);
  useThreadKeys(iterations.length);
  return (
    <ThreadContext value={page}>
      <title>{`${page.head.prompt.slice(0, TITLE_LENGTH)} · OrchestrateX`}</title>
      <ModelColours models={models}>
        <ModelAliases aliases={aliases}>
          <div className="thread">
            <Header />
            {ready ? <Body /> : <Skeleton lines={8} />}
          </div>
        </ModelAliases>
      </ModelColours>
    </ThreadContext>
  );
}

function Body() {
  const { t } = useWords();
  const { tab, goTo } = usePlace();
  return (
    <>
      <Why />
      <CourseAndTroubles />
      <Tabs
        label={t("thread.parts")}
        active={tab}
        onChange={(id) => goTo({ tab: id as TabName })}
        tabs={Object.entries(parts).map(([id, content]) => ({ id, label: t(`thread.${id as TabName}`), content }))}
      />
    </>
  );
}

/** Milliseconds. A thread that waits for its turn is shown all the same. */
const PATIENCE_MS = 1_500;

/** Once all is here, and it is known who takes part: before that the page would grow under the reader's eyes. */
function useReady({ view, line }: ThreadPage): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  const whole = line.state === "live" && (view.choice !== null || view.finish !== null);
  if (!ready && (whole || line.state === "refused")) setReady(true);
  return ready;
}
