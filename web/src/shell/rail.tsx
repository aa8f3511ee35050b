/** The rail: a new question, one's threads by day, and how the server is. A drawer where the screen is small. */
import {
  Command,
  History,
  Keyboard,
  LibraryBig,
  PanelLeftClose,
  PanelLeftOpen,
  Plus,
  Settings,
  Sparkles,
} from "lucide-react";
import type { ReactNode } from "react";
import { Link, useRoute } from "wouter";
import { setPreferences, usePreferences } from "../data/preferences.ts";
import { useHealth } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { summaryOf } from "../library/queue.ts";
import { useUploads } from "../library/uploads.ts";
import { Recent } from "./recent.tsx";

type Props = { open: boolean; onPalette: () => void; onKeys: () => void };

export function Rail({ open, onPalette, onKeys }: Props) {
  const { t } = useWords();
  const { railCollapsed } = usePreferences();
  const Toggle = railCollapsed ? PanelLeftOpen : PanelLeftClose;
  return (
    <nav className="rail" aria-label={t("shell.navigation")} data-open={open}>
      <div className="rail-head">
        <Link href="/" className="brand">
          <img src="/favicon.svg" alt="" width="24" height="24" />
          <span className="rail-label">OrchestrateX</span>
        </Link>
        <button
          type="button"
          className="button quiet icon rail-toggle"
          aria-label={t(railCollapsed ? "shell.widen" : "shell.narrow")}
          onClick={() => setPreferences({ railCollapsed: !railCollapsed })}
        >
          <Toggle aria-hidden="true" />
        </button>
      </div>
      <Link href="/" className="button primary rail-new" aria-label={t("shell.new")}>
        <Plus aria-hidden="true" />
        <span className="rail-label">{t("shell.new")}</span>
      </Link>
      <RailLink href="/history" icon={<History aria-hidden="true" />} label={t("shell.history")} />
      <RailLink
        href="/library"
        icon={<LibraryBig aria-hidden="true" />}
        label={t("library.title")}
        extra={<UploadsUnderWay />}
      />
      <Recent />
      <div className="rail-foot">
        <RailLink
          href="/models"
          icon={<Sparkles aria-hidden="true" />}
          label={t("shell.models")}
          extra={<ModelsUp />}
        />
        <RailLink href="/settings" icon={<Settings aria-hidden="true" />} label={t("shell.settings")} />
        <div className="rail-tools">
          <button
            type="button"
            className="button quiet small"
            onClick={onPalette}
            aria-label={`${t("shell.palette")} Ctrl K`}
          >
            <Command aria-hidden="true" />
            <span className="rail-label">
              <kbd>Ctrl K</kbd>
            </span>
          </button>
          <button type="button" className="button quiet small" onClick={onKeys} aria-label={t("shell.keys")}>
            <Keyboard aria-hidden="true" />
          </button>
        </div>
      </div>
    </nav>
  );
}

type LinkProps = { href: string; icon: ReactNode; label: string; extra?: ReactNode };

function RailLink({ href, icon, label, extra }: LinkProps) {
  const [here] = useRoute(`${href}/*?`);
  const { railCollapsed } = usePreferences();
  return (
    <Link
      href={href}
      className="rail-link"
      aria-current={here ? "page" : undefined}
      aria-label={railCollapsed ? label : undefined}
    >
      {icon}
      <span className="rail-label">{label}</span>
      {extra}
    </Link>
  );
}

/** How many models can be asked, and whether the server answers at all. */
function ModelsUp() {
  const { t } = useWords();
  const { data, isError } = useHealth();
  if (!data && !isError) return null;
  const tone = isError ? "bad" : data?.status === "ok" ? "good" : "fair";
  const text = isError ? t("shell.down") : t("shell.modelsUp", { count: data?.parts.models.available ?? 0 });
  return (
    <span className="rail-label rail-health" data-tone={tone}>
      {text}
    </span>
  );
}

/** Files go on being sent while one looks at something else. */
function UploadsUnderWay() {
  const { t, percent } = useWords();
  const { underWay, sent, size } = summaryOf(useUploads());
  if (underWay === 0) return null;
  return (
    <span className="rail-label rail-extra" title={t("library.uploads")}>
      <span className="hidden-text">{t("library.uploads")}: </span>
      {percent(size === 0 ? 0 : sent / size)}
    </span>
  );
}
