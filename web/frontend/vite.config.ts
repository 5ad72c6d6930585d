import { defineConfig } from "vitest/config";

const DRAWS = /src\/map\/(labels|paint|pixels|primitives|scene|text)\.ts$/;

// Nothing is inlined: pages are served under a policy that allows files from here only.
export default defineConfig({
  base: "/static/dist/",
  build: {
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: "src/main.tsx",
      // What draws is loaded as one: the map needs all of it, and small files compress badly.
      output: { codeSplitting: { groups: [{ name: "draw", test: DRAWS }] } },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
