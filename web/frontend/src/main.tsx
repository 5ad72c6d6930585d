import { render } from "preact";
import { App } from "./app";
import { followKeys } from "./app/keys";
import { helpShown } from "./app/wishes";
import { followHistory } from "./state";
import { followPrinter, followSystemTheme } from "./state/theme";
import "./styles/main.css";
import "./styles/print.css";

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  followSystemTheme();
  followPrinter();
  followHistory();
  followKeys(() => {
    helpShown.value = true;
  });
}
