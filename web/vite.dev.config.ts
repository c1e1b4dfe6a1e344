import { cloudflare } from '@cloudflare/vite-plugin';
import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';
import { remixOptions } from './remix-options.ts';

/** The Worker's name in wrangler.toml. Never "ssr": Remix loads modules there by itself and would crash at the first edit. */
const WORKER_ENV = 'specwright';
const VIRTUAL_MODULES = ['server-build', 'server-manifest', 'browser-manifest'];

/** Remix starts a second Vite server from this file for itself; that one must not start a second workerd. */
function notInRemixChild(plugins: Plugin[]): Plugin[] {
  return plugins.map((plugin) => ({
    ...plugin,
    apply(config, env) {
      const { configFile } = config as { configFile?: unknown };
      if (configFile === false && config.server?.preTransformRequests === false) return false;
      if (typeof plugin.apply === 'function') return plugin.apply(config, env);
      return !plugin.apply || plugin.apply === env.command;
    },
  }));
}

/** Remix invalidates its virtual modules in its own graphs only; without this the Worker never sees a new route. */
function syncRemixVirtuals(): Plugin {
  return {
    name: 'sync-remix-virtuals',
    apply: 'serve',
    configureServer(server) {
      const environment = server.environments[WORKER_ENV];
      if (!environment) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const refresh = () => {
        for (const name of VIRTUAL_MODULES) {
          const module = environment.moduleGraph.getModuleById(`\0virtual:remix/${name}`);
          if (module) environment.moduleGraph.invalidateModule(module);
        }
        environment.hot.send({ type: 'full-reload' });
      };
      server.watcher.on('all', (event, file) => {
        const changesRoutes = event === 'add' || event === 'unlink' || (event === 'change' && /\/app\/(routes\/|root\.)/.test(file));
        if (!/\/web\/app\//.test(file) || !changesRoutes) return;
        clearTimeout(timer);
        timer = setTimeout(refresh, 150);
      });
    },
  };
}

export default defineConfig({
  plugins: [
    ...notInRemixChild(
      cloudflare({
        configPath: '../wrangler.toml',
        persistState: { path: process.env.SPECWRIGHT_STATE_DIR ?? '../.wrangler/state' },
        config: (worker) => {
          worker.main = worker.main?.replace(/index\.ts$/, 'dev.ts');
          delete worker.assets;
          worker.vars = { ...worker.vars, ...JSON.parse(process.env.SPECWRIGHT_DEV_VARS ?? '{}') };
        },
      }) as Plugin[],
    ),
    tailwindcss(),
    remix(remixOptions),
    syncRemixVirtuals(),
  ],
  // Named ahead: a dependency that is found late is bundled anew, and the open page would hold two Reacts.
  optimizeDeps: {
    include: [
      'react',
      'react-dom',
      'react-dom/client',
      'react/jsx-runtime',
      'react/jsx-dev-runtime',
      '@remix-run/react',
      'sonner',
      '@radix-ui/react-dialog',
      '@tanstack/react-virtual',
      '@dnd-kit/core',
      '@dnd-kit/sortable',
    ],
  },
  environments: {
    [WORKER_ENV]: {
      optimizeDeps: {
        include: [
          'react',
          'react-dom',
          'react-dom/server',
          'react/jsx-runtime',
          'react/jsx-dev-runtime',
          '@remix-run/react',
          '@remix-run/cloudflare',
          'isbot',
        ],
      },
    },
  },
  server: { host: '127.0.0.1', port: Number(process.env.SPECWRIGHT_DEV_PORT ?? 5173) },
});
