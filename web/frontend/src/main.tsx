import { render } from "preact";
import { App } from "./app";
import { followKeys } from "./app/keys";
import { helpShown } from "./app/wishes";
import { followHistory } from "./state";
import { followSystemTheme } from "./state/theme";
import "./styles/main.css";

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  followSystemTheme();
  followHistory();
  followKeys(() => {
    helpShown.value = true;
  });
}
