import { MARK_NAME } from './marked-process.ts';

/** What an agent's process may know of this machine. Anything else (tokens, keys, sockets of agents, GIT_*) stays outside. */
const ALLOWED = new Set(
  `PATH LANG LANGUAGE TERM COLORTERM TZ SHELL TMPDIR TMP TEMP USER LOGNAME NO_COLOR
  HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS
  JAVA_HOME GOROOT GOPATH GOPROXY GOFLAGS RUSTUP_HOME CARGO_HOME NVM_DIR VOLTA_HOME PYENV_ROOT ASDF_DIR ASDF_DATA_DIR MISE_DATA_DIR
  PNPM_HOME npm_config_cache npm_config_registry PIP_INDEX_URL PIP_CACHE_DIR ANDROID_HOME DEVELOPER_DIR SDKROOT`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** Every push goes to a folder that cannot be: only the runner publishes. A guard rail; the lack of credentials is the fence. */
const NO_PUSH: [string, string][] = [
  ['remote.origin.pushurl', '/dev/null/push-is-done-by-the-runner'],
  ['url./dev/null/push-is-done-by-the-runner/.pushInsteadOf', ''],
];

/**
 * The environment of an agent's process: the allow-list, the mark, git that asks nothing and pushes nowhere.
 * @param extra wins over all; the caller sets HOME here, and the one key that the agent needs.
 */
export function allowedEnvironment(source: NodeJS.ProcessEnv, mark: string, extra: Record<string, string>): Record<string, string> {
  return { ...plainEnvironment(source, mark), ...gitSettings([...QUIET_GIT, ...NO_PUSH]), ...extra };
}

/** The environment of setup commands, checks and hooks: the same allow-list, git left as it is, so that tests of git tools can push. */
export function checkEnvironment(source: NodeJS.ProcessEnv, mark: string, extra: Record<string, string>): Record<string, string> {
  return { ...plainEnvironment(source, mark), ...gitSettings(QUIET_GIT), ...extra };
}

const QUIET_GIT: [string, string][] = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['commit.gpgsign', 'false'],
  ['user.useConfigOnly', 'false'],
];

function plainEnvironment(source: NodeJS.ProcessEnv, mark: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && (ALLOWED.has(name) || name.startsWith('LC_'))) env[name] = value;
  }
  env.GIT_TERMINAL_PROMPT = '0';
  env.GIT_ASKPASS = 'true';
  env.SSH_ASKPASS = 'true';
  env.GIT_EDITOR = 'true';
  env.GIT_PAGER = 'cat';
  env.PAGER = 'cat';
  env.CI = '1';
  env[MARK_NAME] = mark;
  return env;
}

function gitSettings(settings: [string, string][]): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  settings.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return env;
}
