/** A page that breaks takes nothing else with it: it says so, and can be made anew. */
import { Component, type ReactNode } from "react";
import { useWords } from "../i18n/words.tsx";
import { Notice } from "../ui/parts.tsx";

type Props = {
  /** Another place is another try, from the server. */
  place: string;
  children: ReactNode;
};

/** React has no function for it. */
export class Boundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidUpdate({ place }: Props) {
    // What could not be fetched stays so until the page is loaded anew.
    if (place !== this.props.place && this.state.error) location.reload();
  }

  override render() {
    const { error } = this.state;
    return error === null ? this.props.children : <Broken error={error} />;
  }
}

/** Also a part of the page that could not be fetched: after an update of the server its old files are gone. */
function Broken({ error }: { error: Error }) {
  const { t } = useWords();
  return (
    <Notice tone="bad" title={t("shell.broken")}>
      <p>{t("shell.brokenHint")}</p>
      <p lang="en">
        <code>{error.message}</code>
      </p>
      <div>
        <button type="button" className="button small" onClick={() => location.reload()}>
          {t("shell.reload")}
        </button>
      </div>
    </Notice>
  );
}
