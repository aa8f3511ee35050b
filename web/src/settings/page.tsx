/** Settings, in sections with addresses of their own. */
import { Activity, KeyRound, Palette, SlidersHorizontal } from "lucide-react";
import type { ComponentType } from "react";
import { Link, useParams } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { NotFound } from "../shell/not-found.tsx";
import { Algorithm } from "./algorithm.tsx";
import { Appearance } from "./appearance.tsx";
import { useKeptDraft } from "./draft.ts";
import { Keys } from "./keys.tsx";
import { System } from "./system.tsx";
import "./settings.css";
import "./algorithm.css";

const sections = {
  keys: { icon: KeyRound, Content: Keys },
  algorithm: { icon: SlidersHorizontal, Content: Algorithm },
  appearance: { icon: Palette, Content: Appearance },
  system: { icon: Activity, Content: System },
} satisfies Record<string, { icon: ComponentType; Content: ComponentType }>;

type Name = keyof typeof sections;
const names = Object.keys(sections) as Name[];

export default function SettingsPage() {
  const { t } = useWords();
  const unsaved = useKeptDraft() !== null;
  const { section = "keys" } = useParams<{ section?: string }>();
  const here = names.find((name) => name === section);
  if (!here) return <NotFound />;
  const { Content } = sections[here];
  return (
    <div className="settings">
      <title>{`${t(`settings.${here}`)} · ${t("shell.settings")} · OrchestrateX`}</title>
      <nav className="settings-nav" aria-label={t("shell.settings")}>
        {names.map((name) => {
          const Icon = sections[name].icon;
          return (
            <Link key={name} href={`/settings/${name}`} aria-current={name === here ? "page" : undefined}>
              <Icon aria-hidden="true" />
              {t(`settings.nav.${name}`)}
              {name === "algorithm" && unsaved && <Unsaved />}
            </Link>
          );
        })}
      </nav>
      <div className="settings-content">
        <h1>{t(`settings.${here}`)}</h1>
        <Content />
      </div>
    </div>
  );
}

function Unsaved() {
  const { t } = useWords();
  return (
    <span className="settings-unsaved" title={t("settings.unsaved")}>
      <span className="hidden-text">({t("settings.unsaved")})</span>
    </span>
  );
}
