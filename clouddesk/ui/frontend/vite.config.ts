import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const ICONS = "node_modules/@tabler/icons/icons/outline";
const STATIC_FILES = ["favicon.svg"];
const SMALLEST_WORTH_PACKING = 800;

/** One symbol per name in icons.txt, drawn like Tabler's own files: 24 × 24, stroked in the text's colour. */
function sprite(): string {
  const names = [...new Set(readFileSync("icons.txt", "utf8").split(/\s+/).filter(Boolean))].sort();
  const symbols = names.map((name) => {
    const drawing = readFileSync(resolve(ICONS, `${name}.svg`), "utf8");
    const shapes = drawing.slice(drawing.indexOf("<path", drawing.indexOf("<svg")), drawing.lastIndexOf("</svg>"));
    const inner = shapes.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** Adds the sprite and the plain files of src/ under hashed names, which the manifest lists under their own. */
function plainFiles(): Plugin {
  return {
    name: "plain-files",
    apply: "build",
    buildStart() {
      const files: Record<string, string> = { "icons.svg": sprite() };
      for (const name of STATIC_FILES) files[name] = readFileSync(resolve("src", name), "utf8");
      for (const [name, source] of Object.entries(files)) {
        this.emitFile({ type: "asset", name, originalFileName: `src/${name}`, source });
      }
    },
  };
}

/** Writes each file a second and third time, packed, so that the server need not pack anything on the way. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      for (const [fileName, item] of Object.entries(bundle)) {
        const content = Buffer.from(item.type === "chunk" ? item.code : item.source);
        if (content.length < SMALLEST_WORTH_PACKING) continue;
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
        this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(content, { level: 9 }) });
        this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotliCompressSync(content, quality) });
      }
    },
  };
}

export default defineConfig({
  base: "/static/",
  plugins: [plainFiles(), packed()],
  publicDir: false,
  build: {
    outDir: "../static",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: ["src/main.ts", "src/styles.scss"], checks: { pluginTimings: false } },
  },
});
