import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API: a running `tactus ide`, or `npm run dev:mock`. */
const apiOrigin = process.env.TACTUS_API ?? "http://127.0.0.1:4747";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { entities: join(import.meta.dirname, "src/markdown/entities.ts") } },
  build: {
    target: "es2023",
    outDir: "dist",
    // The page's content security policy has `font-src 'self'` and no inline scripts, so nothing may
    // become a data: URL.
    assetsInlineLimit: 0,
    manifest: "assets/manifest.json",
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { "/api": apiOrigin, "/health": apiOrigin },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
