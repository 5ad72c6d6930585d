/** The help: keys, pointer, touch. */
import "./help.css";
import { useEffect, useRef } from "preact/hooks";
import { HELP } from "./keys";
import { helpShown, keysWork, setKeysWork } from "./wishes";

type Lines = readonly (readonly [how: string, what: string])[];

const POINTER: Lines = [
  ["Hover", "a set's score and its moves, with signed changes"],
  ["Click", "pin the set"],
  ["Shift-click", "put it into the tray"],
  ["Double-click", "pin it and bring it to the middle"],
  ["Drag, wheel", "move the picture, zoom"],
];
const TOUCH: Lines = [
  ["Tap", "pin the set under the finger"],
  ["Drag", "move the picture"],
  ["Two fingers", "zoom"],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      id="help"
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => {
        helpShown.value = false;
      }}
    >
      <div class="sheet">
        <header>
          <h2 id="help-title">Keys and help</h2>
          <form method="dialog">
            <button type="submit">Close</button>
          </form>
        </header>
        <section>
          <h3>Keys</h3>
          <dl class="keys">
            {HELP.map(([keys, meaning]) => (
              <div key={keys}>
                <dt>
                  {keys.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <label class="switch">
            <input
              type="checkbox"
              data-testid="keys-work"
              checked={keysWork.value}
              onChange={(event) => setKeysWork(event.currentTarget.checked)}
            />
            Single keys work. Switch them off where speech input or a screen reader types them.
          </label>
        </section>
        <div class="side">
          <Section title="Pointer" lines={POINTER} />
          <Section title="Touch" lines={TOUCH} />
          <section>
            <h3>Back</h3>
            <p>
              Back undoes every change of the view. The address holds all of it: copy it to share
              what you see.
            </p>
          </section>
        </div>
      </div>
    </dialog>
  );
}

function Section({ title, lines }: { title: string; lines: Lines }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {lines.map(([how, what]) => (
          <div key={how}>
            <dt>{how}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
