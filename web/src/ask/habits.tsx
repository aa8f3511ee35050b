/** What was chosen once and holds for each next question: said where it is not as usual, with a way back. */
import { RotateCcw } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { type Form, habitsIn } from "./form.ts";

/** Its line is there before anything stands in it. */
export function Habits({ form, onReset }: { form: Form; onReset: () => void }) {
  const { t, money, list } = useWords();
  const names = habitsIn(form).map((name) => {
    if (name === "mode") return t(`mode.${form.mode}`);
    if (name === "strategy") return t(`strategy.${form.strategy}`);
    return money(form.budget ?? 0);
  });
  return (
    <p className="ask-habits">
      {names.length > 0 && (
        <>
          {t("ask.habits", { choices: list(names) })}
          <button type="button" className="button quiet small" onClick={onReset}>
            <RotateCcw aria-hidden="true" />
            {t("ask.habitsReset")}
          </button>
        </>
      )}
    </p>
  );
}
