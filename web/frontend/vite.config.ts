import { defineConfig } from "vitest/config";

// Nothing is inlined: pages are served under a policy that allows files from here only.
export default defineConfig({
  base: "/static/dist/",
  build: {
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: "src/main.tsx" },
  },
  test: { include: ["src/**/*.test.ts"] },
});
