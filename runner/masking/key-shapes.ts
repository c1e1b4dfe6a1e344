/**
 * Shapes of secrets that need no name to be known, as their issuers publish them (prefix, alphabet, length). `hint`: a text without one of
 * these, letter case aside, has no such secret, which spares most texts the search.
 */
export interface KeyShape {
  name: string;
  hints: string[];
  pattern: RegExp;
}

const shape = (name: string, hint: string | string[], pattern: RegExp): KeyShape => ({
  name,
  hints: (typeof hint === 'string' ? [hint] : hint).map((one) => one.toLowerCase()),
  pattern,
});

export const KEY_SHAPES: KeyShape[] = [
  shape('Specwright key, token or credential', 'sw', /\bsw[a-z]_[A-Za-z0-9_-]{20,}/g),
  shape('Specwright runner token', 'srt_', /\bsrt_[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)?/g),
  shape('Anthropic', 'sk-ant-', /\bsk-ant-[A-Za-z0-9_-]{16,}/g),
  shape('OpenAI, OpenRouter, DeepSeek and others with sk-', ['sk-', 'rk-', 'pk-'], /\b[srp]k-[A-Za-z0-9_-]{16,}/g),
  shape('Zhipu', '.', /\b[0-9a-f]{32}\.[A-Za-z0-9]{16}\b/g),
  shape('Google API', 'AIza', /\bAIza[0-9A-Za-z_-]{35}/g),
  shape('Google OAuth client secret', 'GOCSPX-', /\bGOCSPX-[A-Za-z0-9_-]{20,}/g),
  shape('Google OAuth access token', 'ya29.', /\bya29\.[A-Za-z0-9_-]{20,}/g),
  shape('Google refresh token', '1//', /\b1\/\/[A-Za-z0-9_-]{30,}/g),
  shape('Groq', 'gsk_', /\bgsk_[A-Za-z0-9]{20,}/g),
  shape('xAI', 'xai-', /\bxai-[A-Za-z0-9_-]{20,}/g),
  shape('Perplexity', 'pplx-', /\bpplx-[A-Za-z0-9]{20,}/g),
  shape('Replicate', 'r8_', /\br8_[A-Za-z0-9]{20,}/g),
  shape('Hugging Face', ['hf_', 'api_org_'], /\b(?:hf|api_org)_[A-Za-z0-9]{20,}/g),
  shape('Fireworks', 'fw_', /\bfw_[A-Za-z0-9]{20,}/g),
  shape('GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /\bgh[pousr]_[A-Za-z0-9_]{20,}/g),
  shape('GitHub fine-grained token', 'github_pat_', /\bgithub_pat_[A-Za-z0-9_]{20,}/g),
  shape(
    'GitLab',
    ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glsoat-', 'glagent-', 'glimt-'],
    /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-[A-Za-z0-9_.-]{16,}/g,
  ),
  shape('Bitbucket app password', 'ATBB', /\bATBB[A-Za-z0-9]{24,}/g),
  shape('Atlassian', ['ATATT3', 'ATCTT3'], /\bAT[AC]TT3[A-Za-z0-9_=-]{30,}/g),
  shape('AWS access key id', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], /\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b/g),
  shape(
    'AWS secret key',
    ['aws'],
    /(?<=aws_?(?:secret_?)?(?:access_?)?key["']?\s{0,3}[=:]\s{0,3}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  ),
  shape('Azure storage or service key', ['AccountKey=', 'SharedAccessKey='], /(?<=(?:AccountKey|SharedAccessKey)=)[A-Za-z0-9+/=]{20,}/gi),
  shape('Azure AD client secret', 'Q~', /\b[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,}/g),
  shape('Azure SAS signature', 'sig=', /(?<=[?&]sig=)[A-Za-z0-9%/+=]{20,}/gi),
  shape('DigitalOcean', ['dop_v1_', 'doo_v1_', 'dor_v1_'], /\bdo[opr]_v1_[a-f0-9]{64}/g),
  shape(
    'Slack token',
    ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxc-', 'xoxd-', 'xoxe', 'xapp-'],
    /\b(?:xox[abcdeprs]|xapp)[.-][A-Za-z0-9.%-]{10,}/g,
  ),
  shape('Slack webhook', 'hooks.slack.com', /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9/_-]{20,}/g),
  shape('Discord webhook', '/api/webhooks/', /(?<=discord(?:app)?\.com\/api\/webhooks\/)\d{10,}\/[A-Za-z0-9_-]{30,}/g),
  shape('Discord bot token', '.', /\b[MNO][A-Za-z\d_-]{23,27}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,}/g),
  shape('Telegram bot token', ':AA', /\b\d{8,10}:AA[A-Za-z0-9_-]{33}/g),
  shape(
    'Stripe',
    ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'pk_live_', 'whsec_'],
    /\b(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9+/=]{16,}/g,
  ),
  shape('Square', ['sq0', 'EAAA'], /\b(?:sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{60})/g),
  shape('PayPal or Braintree', 'access_token$', /\baccess_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}/g),
  shape('Twilio', ['AC', 'SK'], /\b(?:AC|SK)[0-9a-f]{32}\b/g),
  shape('SendGrid', 'SG.', /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g),
  shape('Mailgun', 'key-', /\bkey-[0-9a-f]{32}\b/g),
  shape('Mailchimp', '-us', /\b[0-9a-f]{32}-us\d{1,2}\b/g),
  shape('Postmark, Resend', 're_', /\bre_[A-Za-z0-9_]{20,}/g),
  shape('npm', 'npm_', /\bnpm_[A-Za-z0-9]{30,}/g),
  shape('PyPI', 'pypi-', /\bpypi-[A-Za-z0-9_-]{16,}/g),
  shape('RubyGems', 'rubygems_', /\brubygems_[a-f0-9]{40,}/g),
  shape('crates.io', 'cio', /\bcio[A-Za-z0-9]{32}\b/g),
  shape('NuGet', 'oy2', /\boy2[a-z0-9]{43}\b/g),
  shape('Docker Hub', ['dckr_pat_', 'dckr_oat_'], /\bdckr_[po]at_[A-Za-z0-9_-]{20,}/g),
  shape('Vercel, Netlify', ['vercel_', 'nfp_'], /\b(?:vercel|nfp)_[A-Za-z0-9_-]{20,}/g),
  shape(
    'Cloudflare API token',
    ['cloudflare', 'cf_api', 'v1.0-'],
    /(?:(?<=(?:cloudflare|cf)_api_(?:token|key)["']?\s{0,3}[=:]\s{0,3}["']?)[A-Za-z0-9_-]{37,40}|\bv1\.0-[0-9a-f]{24}-[0-9a-f]{100,})/gi,
  ),
  shape('Fly.io', ['FlyV1', 'fo1_'], /(?:\bFlyV1 fm\d_[A-Za-z0-9+/=,_-]{20,}|\bfo1_[A-Za-z0-9_-]{20,})/g),
  shape('Heroku', 'HRKU-', /\bHRKU-[A-Za-z0-9_-]{20,}/g),
  shape('Supabase', ['sbp_', 'sb_secret_'], /\b(?:sbp|sb_secret)_[A-Za-z0-9_-]{20,}/g),
  shape('PlanetScale', 'pscale_', /\bpscale_(?:tkn|oauth|pw)_[A-Za-z0-9_.-]{20,}/g),
  shape('Databricks', 'dapi', /\bdapi[0-9a-f]{32}(?:-\d)?\b/g),
  shape('HashiCorp Vault', ['hvs.', 'hvb.', 'hvr.'], /\bhv[sbr]\.[A-Za-z0-9_-]{20,}/g),
  shape('Terraform Cloud', '.atlasv1.', /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}/g),
  shape('Pulumi', 'pul-', /\bpul-[a-f0-9]{40}\b/g),
  shape('Doppler', 'dp.', /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{30,}/g),
  shape('Grafana', ['glsa_', 'glc_'], /\b(?:glsa|glc)_[A-Za-z0-9+/=_-]{20,}/g),
  shape('New Relic', 'NRAK-', /\bNRAK-[A-Z0-9]{20,}/g),
  shape('Sentry', ['sntrys_', 'sntryu_'], /\bsntry[su]_[A-Za-z0-9+/=_-]{20,}/g),
  shape(
    'Datadog',
    ['DD_API', 'DD_APP', 'datadog'],
    /(?<=(?:dd|datadog)_(?:api|app|application)_key["']?\s{0,3}[=:]\s{0,3}["']?)[0-9a-f]{32,40}/gi,
  ),
  shape('Linear', 'lin_', /\blin_(?:api|oauth)_[A-Za-z0-9]{20,}/g),
  shape('Notion', ['secret_', 'ntn_'], /\b(?:secret|ntn)_[A-Za-z0-9]{40,}/g),
  shape('Figma', 'figd_', /\bfigd_[A-Za-z0-9_-]{20,}/g),
  shape('Airtable', 'pat', /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g),
  shape('Shopify', ['shpat_', 'shpca_', 'shppa_', 'shpss_'], /\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}/g),
  shape('Postman', 'PMAK-', /\bPMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}/g),
  shape('age key', 'AGE-SECRET-KEY-', /\bAGE-SECRET-KEY-1[A-Z0-9]{30,}/gi),
  shape('JSON Web Token', 'eyJ', /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g),
  shape(
    'private key',
    'PRIVATE KEY',
    /-----BEGIN [A-Z ]{0,50}PRIVATE KEY(?: BLOCK)?-----(?:\\[nrt]|[\sA-Za-z0-9+/=:,|]|-(?!----))*(?:-----END [A-Z ]{0,50}PRIVATE KEY(?: BLOCK)?-----)?/g,
  ),
  // Its first lines were cut away.
  shape(
    'end of a private key',
    'PRIVATE KEY',
    /(?:[A-Za-z0-9+/=]{8,200}(?:\\[nr]|\s){1,4}){0,80}-----END [A-Z ]{0,50}PRIVATE KEY(?: BLOCK)?-----/g,
  ),
  shape('login in an address', '@', /(?<=:\/\/[^/\s:@"'<>]{0,200}:)[^@\s/"'<>]{3,300}(?=@)/g),
  shape('token as login in an address', '@', /(?<=:\/\/)[A-Za-z0-9_.~%-]{20,300}(?=@)/g),
  shape(
    'Authorization header',
    ['bearer', 'basic', 'authorization', 'token '],
    /(?<=\b(?:bearer|basic|authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:token|apikey|key)?)\s{1,3})[A-Za-z0-9._~+/=-]{16,}/gi,
  ),
  shape('cookie', 'cookie', /(?<=\b(?:set-)?cookie["']?\s{0,3}[:=]\s{0,3}["']?[A-Za-z0-9_.-]{1,80}=)[^;\s"']{16,}/gi),
  shape(
    'named secret',
    ['key', 'token', 'secret', 'passw', 'credential'],
    /(?<=(?:api_?-?key|access_?-?token|auth_?-?token|refresh_?-?token|client_?-?secret|secret_?-?key|private_?-?key|password|passwd|passphrase)\\?["']?\s{0,3}(?:=>|:=|[=:])\s{0,3}\\?["'])(?!\$\{|process\.|<)[^\s"'\\]{8,}(?=\\?["'])/gi,
  ),
];
