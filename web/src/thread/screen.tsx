/** A thread on the screen: one's own or a shared one, running or done. */
import { useMemo } from "react";
import { Critiques } from "../critique/critiques.tsx";
import { Debate } from "../critique/debate.tsx";
import { useWords } from "../i18n/words.tsx";
import { ModelColours } from "../ui/parts.tsx";
import { type Tab, Tabs } from "../ui/tabs.tsx";
import { Cost } from "../versions/cost.tsx";
import { Log } from "../versions/log.tsx";
import { Versions } from "../versions/versions.tsx";
import { Answer } from "./answer.tsx";
import { Banner } from "./banner.tsx";
import { ThreadContext, type ThreadPage } from "./context.ts";
import { Header } from "./header.tsx";
import { type TabName, usePlace } from "./place.ts";
import { Timeline } from "./timeline.tsx";
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
  const { t } = useWords();
  const { tab, goTo } = usePlace();
  const { choice, iterations } = page.view;
  const models = useMemo(() => (choice ? [choice.selected_model, ...choice.evaluators] : []), [choice]);
  useThreadKeys(iterations.length);
  return (
    <ThreadContext value={page}>
      <title>{`${page.head.prompt.slice(0, TITLE_LENGTH)} · OrchestrateX`}</title>
      <ModelColours models={models}>
        <div className="thread">
          <Header />
          <Why />
          <Timeline />
          <Banner />
          <Tabs
            label={t("thread.parts")}
            active={tab}
            onChange={(id) => goTo({ tab: id as TabName })}
            tabs={Object.entries(parts).map(([id, content]) => ({ id, label: t(`thread.${id as TabName}`), content }))}
          />
        </div>
      </ModelColours>
    </ThreadContext>
  );
}
