/** On or off, at once. */
import "./switch.css";

type Props = {
  label: string;
  /** The label is said, not shown. */
  bare?: boolean;
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
};

export function Switch({ label, bare = false, checked, disabled = false, onChange }: Props) {
  return (
    <label className="switch-line">
      <input
        type="checkbox"
        role="switch"
        className="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span className={bare ? "hidden-text" : undefined}>{label}</span>
    </label>
  );
}
