// List prices as of 2026-08-21, from the tables of genai-prices (MIT). One model a line:
//
//   provider rules | input output cached cache_write | above TOKENS … | from DATE …
//
// in USD per million tokens; "-" is unsaid. A rule is `=` exact id, `^` beginning, `~` part.
// Left out are models whose price depends on more than tokens (per request, time of day).
#include <tactus/llm/price_data.hpp>

namespace tactus::llm {

// clang-format off
const std::string_view kPriceData =
    R"(anthropic ^claude-2 ~claude-v2 | 8 24 - -
anthropic ^claude-3-5-haiku ^claude-3.5-haiku | 0.8 4 0.08 1
anthropic ^claude-3-5-sonnet ^claude-3.5-sonnet | 3 15 0.3 3.75
anthropic ^claude-3-7-sonnet ^claude-3.7-sonnet ^claude-sonnet-3.7 ^claude-sonnet-3-7 | 3 15 0.3 3.75
anthropic ^claude-3-haiku | 0.25 1.25 0.03 0.3
anthropic ^claude-3-opus | 15 75 1.5 18.75
anthropic ^claude-3-sonnet | 3 15 0.3 3.75
anthropic ^claude-fable-5 | 10 50 1 12.5
anthropic ^claude-haiku-4-5 ^claude-haiku-4.5 ^claude-4-5-haiku ^claude-4.5-haiku | 1 5 0.1 1.25
anthropic ^claude-opus-4-0 ^claude-4-opus =claude-opus-4 =claude-opus-4-20250514 | 15 75 1.5 18.75
anthropic ^claude-opus-4-1 ^claude-opus-4.1 | 15 75 1.5 18.75
anthropic ^claude-opus-4-5 ^claude-opus-4.5 ^claude-4-5-opus ^claude-4.5-opus | 5 25 0.5 6.25
anthropic ^claude-opus-4-6 ^claude-opus-4.6 ^claude-4-6-opus ^claude-4.6-opus | 5 25 0.5 6.25
anthropic ^claude-opus-4-7 ^claude-opus-4.7 ^claude-4-7-opus ^claude-4.7-opus | 5 25 0.5 6.25
anthropic ^claude-opus-4-8 ^claude-opus-4.8 ^claude-4-8-opus ^claude-4.8-opus | 5 25 0.5 6.25
anthropic ^claude-opus-5 ^claude-opus-5.0 ^claude-5-opus ^claude-5.0-opus | 5 25 0.5 6.25
anthropic ^claude-sonnet-4-2025 ^claude-sonnet-4-0 ^claude-sonnet-4@ =claude-sonnet-4 ^claude-4-sonnet | 3 15 0.3 3.75
anthropic ^claude-sonnet-4-5 ^claude-sonnet-4.5 | 3 15 0.3 3.75 | above 200000 6 22.5 0.6 7.5
anthropic ^claude-sonnet-4-6 ^claude-sonnet-4.6 | 3 15 0.3 3.75
anthropic ^claude-sonnet-5 ^claude-sonnet-5.0 ^claude-5-sonnet ^claude-5.0-sonnet | 2 10 0.2 2.5 | from 2026-09-01 3 15 0.3 3.75
anthropic =claude-v1 | 8 24 - -
azure =o1 =o1-2024-12-17 =o1-preview =o1-preview-2024-09-12 | 15 60 7.5 -
azure =o1-mini =o1-mini-2024-09-12 | 1.1 4.4 0.55 -
azure =o3 =o3-2025-04-16 | 2 8 0.5 -
azure =o3-mini =o3-mini-2025-01-31 | 1.1 4.4 0.55 -
azure ~o4-mini ~o4-mini-2025-04-16 | 1.1 4.4 0.28 -
azure =phi-3-medium-128k-instruct | 1 1 - -
azure =phi-3-mini-128k-instruct | 0.1 0.1 - -
azure =phi-3.5-mini-128k-instruct | 0.1 0.1 - -
azure =phi-4 | 0.07 0.14 - -
azure =phi-4-mini-instruct | 0.08 0.35 0.08 -
azure =phi-4-multimodal-instruct | 0.05 0.1 - -
azure =phi-4-reasoning-plus | 0.07 0.35 - -
azure =wizardlm-2-8x22b | 0.48 0.48 - -
bedrock ~amazon.nova-2-sonic | 0.33 2.75 - -
bedrock ~amazon.nova-lite | 0.06 0.24 0.015 -
bedrock ~amazon.nova-micro | 0.035 0.14 0.00875 -
bedrock ~amazon.nova-premier | 2.5 12.5 0.625 -
bedrock ~amazon.nova-pro | 0.8 3.2 0.2 -
bedrock ~amazon.nova-sonic | 0.06 0.24 - -
bedrock ~titan-text-express | 0.2 0.6 - -
bedrock ~titan-text-lite | 0.15 0.2 - -
bedrock ~deepseek.r1 | 1.35 5.4 - -
bedrock ~global.amazon.nova-2-lite | 0.3 2.5 0.075 -
bedrock ~global.anthropic.claude-fable-5 | 10 50 1 12.5
bedrock ~global.anthropic.claude-haiku-4-5-20251001 | 1 5 0.1 1.25
bedrock ~global.anthropic.claude-opus-4-5 | 5 25 0.5 6.25
bedrock ~global.anthropic.claude-opus-4-6 | 5 25 0.5 6.25
bedrock ~global.anthropic.claude-opus-4-7 | 5 25 0.5 6.25
bedrock ~global.anthropic.claude-opus-4-8 | 5 25 0.5 6.25
bedrock ~global.anthropic.claude-opus-5 | 5 25 0.5 6.25
bedrock ~global.anthropic.claude-sonnet-4-20250514 | 3 15 0.3 3.75
bedrock ~global.anthropic.claude-sonnet-4-5-20250929 | 3 15 0.3 3.75
bedrock ~global.anthropic.claude-sonnet-4-6 | 3 15 0.3 3.75
bedrock ~global.anthropic.claude-sonnet-5 | 2 10 0.2 2.5 | from 2026-09-01 3 15 0.3 3.75
bedrock ~google.gemma-3-12b-it | 0.09 0.29 - -
bedrock ~google.gemma-3-27b-it | 0.23 0.38 - -
bedrock ~google.gemma-3-4b-it | 0.04 0.08 - -
bedrock ~meta.llama3-1-70b-instruct | 0.72 0.72 - -
bedrock ~meta.llama3-1-8b-instruct | 0.22 0.22 - -
bedrock ~meta.llama3-2-11b-instruct | 0.16 0.16 - -
bedrock ~meta.llama3-2-1b-instruct | 0.1 0.1 - -
bedrock ~meta.llama3-2-3b-instruct | 0.15 0.15 - -
bedrock ~meta.llama3-2-90b-instruct | 0.72 0.72 - -
bedrock ~meta.llama3-3-70b-instruct | 0.72 0.72 - -
bedrock ~meta.llama3-70b-instruct | 2.65 3.5 - -
bedrock ~meta.llama3-8b-instruct | 0.3 0.6 - -
bedrock ~meta.llama4-maverick-17b-instruct | 0.24 0.97 - -
bedrock ~meta.llama4-scout-17b-instruct | 0.17 0.66 - -
bedrock ~mistral.devstral-2-123b | 0.4 2 - -
bedrock ~mistral.magistral-small-2509 | 0.5 1.5 - -
bedrock ~mistral.ministral-3-14b-instruct | 0.2 0.2 - -
bedrock ~mistral.ministral-3-3b-instruct | 0.1 0.1 - -
bedrock ~mistral.ministral-3-8b-instruct | 0.15 0.15 - -
bedrock ~mistral.mistral-7b-instruct-v0 | 0.15 0.2 - -
bedrock ~mistral.mistral-large-2402 | 4 12 - -
bedrock ~mistral.mistral-large-3-675b-instruct | 0.5 1.5 - -
bedrock ~mistral.mistral-small-2402 | 1 3 - -
bedrock ~mistral.mixtral-8x7b-instruct-v0 | 0.45 0.7 - -
bedrock ~mistral.pixtral-large-2502 | 2 6 - -
bedrock ~mistral.voxtral-mini-3b-2507 | 0.04 0.04 - -
bedrock ~mistral.voxtral-small-24b-2507 | 0.1 0.3 - -
bedrock ~nvidia.nemotron-nano-3-30b | 0.06 0.24 - -
bedrock ~nvidia.nemotron-nano-9b-v2 | 0.06 0.23 - -
bedrock ~nvidia.nemotron-super-3-120b | 0.15 0.65 - -
bedrock =openai.gpt-5.4 | 2.75 16.5 0.275 -
bedrock =openai.gpt-5.5 | 5.5 33 0.55 -
bedrock ~openai.gpt-oss-120b-1 | 0.15 0.6 - -
bedrock ~openai.gpt-oss-20b-1 | 0.07 0.3 - -
bedrock ~qwen.qwen3-32b | 0.15 0.6 - -
bedrock ~qwen.qwen3-coder-30b-a3b | 0.15 0.6 - -
bedrock ~qwen.qwen3-coder-480b-a35b | 0.45 1.8 - -
bedrock ~qwen.qwen3-vl-235b-a22b | 0.53 2.66 - -
bedrock ~us.amazon.nova-2-lite ~eu.amazon.nova-2-lite ~jp.amazon.nova-2-lite | 0.33 2.75 0.0825 -
bedrock ~claude-3-5-haiku-20241022 | 0.8 4 0.08 1
bedrock ~claude-3-5-sonnet-20240620 | 3 15 0.3 3.75
bedrock ~claude-3-5-sonnet-20241022 | 3 15 0.3 3.75
bedrock ~claude-3-7-sonnet-20250219 | 3 15 0.3 3.75
bedrock ~claude-3-haiku-20240307 | 0.25 1.25 - -
bedrock ~claude-3-opus-20240229 | 15 75 - -
bedrock ~claude-3-sonnet-20240229 | 3 15 0.3 3.75
bedrock ^anthropic.claude-fable-5 ^claude-fable-5 ~us.anthropic.claude-fable-5 ~au.anthropic.claude-fable-5 ~eu.anthropic.claude-fable-5 ~jp.anthropic.claude-fable-5 | 11 55 1.1 13.75
bedrock ^anthropic.claude-haiku-4-5-20251001 ^claude-haiku-4-5-20251001 ~us.anthropic.claude-haiku-4-5-20251001 ~au.anthropic.claude-haiku-4-5-20251001 ~apac.anthropic.claude-haiku-4-5-20251001 ~eu.anthropic.claude-haiku-4-5-20251001 ~us-gov.anthropic.claude-haiku-4-5-20251001 ~jp.anthropic.claude-haiku-4-5-20251001 | 1.1 5.5 0.11 1.375
bedrock ^anthropic.claude-opus-4-1-20250805 ^claude-opus-4-1-20250805 ~us.anthropic.claude-opus-4-1-20250805 ~au.anthropic.claude-opus-4-1-20250805 ~apac.anthropic.claude-opus-4-1-20250805 ~eu.anthropic.claude-opus-4-1-20250805 ~us-gov.anthropic.claude-opus-4-1-20250805 ~jp.anthropic.claude-opus-4-1-20250805 | 15 75 1.5 18.75
bedrock ^anthropic.claude-opus-4-20250514 ^claude-opus-4-20250514 ~us.anthropic.claude-opus-4-20250514 ~au.anthropic.claude-opus-4-20250514 ~apac.anthropic.claude-opus-4-20250514 ~eu.anthropic.claude-opus-4-20250514 ~us-gov.anthropic.claude-opus-4-20250514 ~jp.anthropic.claude-opus-4-20250514 | 15 75 1.5 18.75
bedrock ^anthropic.claude-opus-4-5 ^claude-opus-4-5 ~us.anthropic.claude-opus-4-5 ~au.anthropic.claude-opus-4-5 ~apac.anthropic.claude-opus-4-5 ~eu.anthropic.claude-opus-4-5 ~us-gov.anthropic.claude-opus-4-5 ~jp.anthropic.claude-opus-4-5 | 5.5 27.5 0.55 6.875
bedrock ^anthropic.claude-opus-4-6 ^claude-opus-4-6 ~us.anthropic.claude-opus-4-6 ~au.anthropic.claude-opus-4-6 ~apac.anthropic.claude-opus-4-6 ~eu.anthropic.claude-opus-4-6 ~us-gov.anthropic.claude-opus-4-6 ~jp.anthropic.claude-opus-4-6 | 5.5 27.5 0.55 6.875
bedrock ^anthropic.claude-opus-4-7 ^claude-opus-4-7 ~us.anthropic.claude-opus-4-7 ~au.anthropic.claude-opus-4-7 ~apac.anthropic.claude-opus-4-7 ~eu.anthropic.claude-opus-4-7 ~us-gov.anthropic.claude-opus-4-7 ~jp.anthropic.claude-opus-4-7 | 5.5 27.5 0.55 6.875
bedrock ^anthropic.claude-opus-4-8 ^claude-opus-4-8 ~us.anthropic.claude-opus-4-8 ~au.anthropic.claude-opus-4-8 ~eu.anthropic.claude-opus-4-8 ~jp.anthropic.claude-opus-4-8 | 5.5 27.5 0.55 6.875
bedrock ^anthropic.claude-opus-5 ^claude-opus-5 ~us.anthropic.claude-opus-5 ~au.anthropic.claude-opus-5 ~eu.anthropic.claude-opus-5 ~jp.anthropic.claude-opus-5 | 5.5 27.5 0.55 6.875
bedrock ^anthropic.claude-sonnet-4-20250514 ^claude-sonnet-4-20250514 ~us.anthropic.claude-sonnet-4-20250514 ~au.anthropic.claude-sonnet-4-20250514 ~apac.anthropic.claude-sonnet-4-20250514 ~eu.anthropic.claude-sonnet-4-20250514 ~us-gov.anthropic.claude-sonnet-4-20250514 ~jp.anthropic.claude-sonnet-4-20250514 | 3 15 0.3 3.75
bedrock ^anthropic.claude-sonnet-4-5-20250929 ^claude-sonnet-4-5-20250929 ~us.anthropic.claude-sonnet-4-5-20250929 ~au.anthropic.claude-sonnet-4-5-20250929 ~apac.anthropic.claude-sonnet-4-5-20250929 ~eu.anthropic.claude-sonnet-4-5-20250929 ~us-gov.anthropic.claude-sonnet-4-5-20250929 ~jp.anthropic.claude-sonnet-4-5-20250929 | 3.3 16.5 0.33 4.125
bedrock ^anthropic.claude-sonnet-4-6 ^claude-sonnet-4-6 ~us.anthropic.claude-sonnet-4-6 ~au.anthropic.claude-sonnet-4-6 ~apac.anthropic.claude-sonnet-4-6 ~eu.anthropic.claude-sonnet-4-6 ~us-gov.anthropic.claude-sonnet-4-6 ~jp.anthropic.claude-sonnet-4-6 | 3.3 16.5 0.33 4.125
bedrock ^anthropic.claude-sonnet-5 ^claude-sonnet-5 ~us.anthropic.claude-sonnet-5 ~au.anthropic.claude-sonnet-5 ~apac.anthropic.claude-sonnet-5 ~eu.anthropic.claude-sonnet-5 ~us-gov.anthropic.claude-sonnet-5 ~jp.anthropic.claude-sonnet-5 | 2.2 11 0.22 2.75 | from 2026-09-01 3.3 16.5 0.33 4.125
cerebras =gpt-oss-120b ^cerebras/gpt-oss-120b ^cerebras:gpt-oss-120b | 0.35 0.75 - -
cerebras =llama-3.3-70b ^cerebras/llama-3.3-70b ^cerebras:llama-3.3-70b | 0.85 1.2 - -
cerebras =llama3.1-8b ^cerebras/llama3.1-8b ^cerebras:llama3.1-8b | 0.1 0.1 - -
cerebras =qwen-3-32b ^cerebras/qwen-3-32b ^cerebras:qwen-3-32b | 0.4 0.8 - -
deepseek =deepseek-v3.1-terminus | 0.27 0.95 0.13 -
deepseek =deepseek-v3.2 | 0.2288 0.3432 - -
deepseek =deepseek-v3.2-exp | 0.27 0.41 - -
deepseek ^deepseek-v4-flash | 0.14 0.28 0.0028 -
deepseek ^deepseek-v4-pro | 0.435 0.87 0.003625 -
gemini =gemini-1.0-pro-vision-001 | 0.125 0.375 - -
gemini ~gemini-1.5-flash | 0.075 0.3 0.01875 - | above 128000 0.15 0.6 0.0375 -
gemini ~gemini-1.5-pro | 1.25 5 - - | above 128000 2.5 10 - -
gemini =gemini-2.0-flash ~gemini-2.0-flash-0 ~gemini-2.0-flash-exp ~gemini-2.0-flash-thinking ~gemini-2.0-flash-latest | 0.1 0.4 0.025 -
gemini ~gemini-2.0-flash-lite | 0.075 0.3 - -
gemini =gemini-2.5-flash =gemini-2.5-flash-latest =gemini-2.5-flash-preview-09-2025 | 0.3 2.5 0.03 -
gemini =gemini-2.5-flash-lite ^gemini-2.5-flash-lite-preview | 0.1 0.4 0.01 -
gemini ~gemini-2.5-flash-preview-05-20 ~gemini-2.5-flash-preview-04-17 =gemini-2.5-flash-preview-05-20:thinking =gemini-2.5-flash-preview =gemini-2.5-flash-preview:thinking | 0.15 0.6 - -
gemini ^gemini-2.5-pro | 1.25 10 0.125 - | above 200000 2.5 15 0.25 -
gemini =gemini-3-flash-preview ^gemini-3-flash-preview- | 0.5 3 0.05 -
gemini ^gemini-3-pro-preview =gemini-3-pro-text-preview | 2 12 0.2 - | above 200000 4 18 0.4 -
gemini ^gemini-3.1-flash-lite | 0.25 1.5 0.025 -
gemini ^gemini-3.1-pro-preview | 2 12 0.2 - | above 200000 4 18 0.4 -
gemini =gemini-3.5-flash ^gemini-3.5-flash-preview | 1.5 9 0.15 -
gemini ^gemini-3.5-flash-lite | 0.3 2.5 0.03 -
gemini ^gemini-3.6-flash | 1.5 7.5 0.15 -
gemini =gemini-flash-1.5 | 0.075 0.3 0.01875 - | above 128000 0.15 0.6 0.0375 -
gemini =gemini-flash-1.5-8b | 0.0375 0.15 0.01 - | above 128000 0.075 0.3 0.02 -
gemini ^gemini-live-2.5-flash ^gemini-2.5-flash-native-audio-preview | 0.5 2 - -
gemini =gemini-pro =gemini-1.0-pro | 0.125 0.375 - -
gemini =gemini-pro-1.5 | 1.25 5 0.3125 - | above 128000 2.5 10 0.625 -
gemini =gemma-2-27b-it | 0.65 0.65 - -
gemini =gemma-4-26b-a4b-it | 0.06 0.33 - -
gemini =gemma-4-31b-it | 0.12 0.36 0.09 -
groq =deepseek-r1-distill-llama-70b | 0.75 0.99 - -
groq =gemma-7b-it | 0.07 0.07 - -
groq =gemma2-9b-it =gemma2-9b | 0.2 0.2 - -
groq =llama-3.1-405b-reasoning | 0.59 0.79 - -
groq =llama-3.1-70b-versatile | 0.59 0.79 - -
groq =llama-3.1-8b-instant | 0.05 0.08 - -
groq =llama-3.2-11b-text-preview | 0.18 0.18 - -
groq =llama-3.2-11b-vision-preview | 0.18 0.18 - -
groq =llama-3.2-1b-preview | 0.04 0.04 - -
groq =llama-3.2-3b-preview | 0.06 0.06 - -
groq =llama-3.2-90b-text-preview | 0.9 0.9 - -
groq =llama-3.2-90b-vision-preview | 0.9 0.9 - -
groq =llama-3.3-70b-specdec | 0.59 0.99 - -
groq =llama-3.3-70b-versatile | 0.59 0.79 - -
groq =llama2-70b-4096 | 0.7 0.8 - -
groq =llama3-70b-8192 | 0.59 0.79 - -
groq =llama3-8b-8192 | 0.05 0.08 - -
groq =llama3-groq-70b-8192-tool-use-preview | 0.89 0.89 - -
groq =llama3-groq-8b-8192-tool-use-preview | 0.19 0.19 - -
groq =meta-llama/llama-4-maverick-17b-128e-instruct | 0.2 0.6 - -
groq =meta-llama/llama-4-scout-17b-16e-instruct | 0.11 0.34 - -
groq =mistral-saba-24b | 0.79 0.79 - -
groq =mixtral-8x7b-32768 | 0.24 0.24 - -
groq =moonshotai/kimi-k2-instruct =moonshotai/kimi-k2-instruct-0905 | 1 3 0.5 -
groq =openai/gpt-oss-120b =openai/gpt-oss-safeguard-20b | 0.15 0.6 0.075 -
groq =openai/gpt-oss-20b | 0.075 0.3 0.0375 -
groq =qwen/qwen3-32b | 0.29 0.59 - -
minimax =m2-her | 0.3 1.2 - -
minimax =minimax-m2 =minimax-m2.1 =minimax-m2.5 | 0.3 1.2 0.03 0.375
minimax ~m2.1-highspeed | 0.6 2.4 0.03 0.375
minimax ~m2.5-highspeed | 0.6 2.4 0.03 0.375
minimax =minimax-m2.7 | 0.3 1.2 0.06 0.375
minimax ~m2.7-highspeed | 0.6 2.4 0.06 0.375
minimax =minimax-01 | 0.2 1.1 - -
minimax =minimax-m1 | 0.4 2.2 - -
minimax =minimax-m3 | 0.3 1.2 0.06 - | above 512000 0.6 2.4 0.12 -
mistral =codestral-latest =codestral-2501 | 0.3 0.9 - -
mistral =codestral-2508 | 0.3 0.9 0.03 -
mistral =devstral-2512 | 0.4 2 0.04 -
mistral =devstral-small | 0.06 0.12 - -
mistral ^magistral-medium | 2 5 - -
mistral ^magistral-small- | 0.5 1.5 - -
mistral =ministral-14b-2512 | 0.2 0.2 0.02 -
mistral =ministral-3b | 0.04 0.04 - -
mistral =ministral-3b-2512 | 0.1 0.1 0.01 -
mistral ^ministral-8b | 0.1 1 - -
mistral =mistral-7b =open-mistral-7b | 0.25 0.25 - -
mistral =mistral-large =mistral-large-latest =mistral-large-2407 =mistral-large-2411 | 2 6 - -
mistral =mistral-large-2512 | 0.5 1.5 0.05 -
mistral ^mistral-medium | 0.4 2 - -
mistral =mistral-nemo =open-mistral-nemo | 0.15 0.15 - -
mistral =mistral-saba =mistral-saba-latest | 0.2 0.6 - -
mistral =mistral-small-24b-instruct-2501 | 0.05 0.08 - -
mistral =mistral-small-2603 | 0.15 0.6 0.015 -
mistral =mistral-small-3.1-24b-instruct | 0.351 0.555 - -
mistral =mistral-small-3.2-24b-instruct | 0.075 0.2 - -
mistral =mistral-small-latest | 0.1 0.3 - -
mistral =mistral-tiny | 0.25 0.25 - -
mistral =mixtral-8x22b-instruct | 0.9 0.9 - -
mistral ^mixtral-8x7b =open-mixtral-8x7b | 0.7 0.7 - -
mistral =pixtral-12b =pixtral-12b-latest | 0.15 0.15 - -
mistral =pixtral-large-latest =pixtral-large-2411 | 2 6 - -
mistral =voxtral-small-24b-2507 | 0.1 0.3 0.01 -
moonshot =kimi-k2 | 0.57 2.3 - -
moonshot =kimi-k2-0711-preview | 0.6 2.5 0.15 -
moonshot =kimi-k2-0905-preview | 0.6 2.5 0.15 -
moonshot =kimi-k2-thinking | 0.6 2.5 0.15 -
moonshot =kimi-k2-thinking-turbo | 1.15 8 0.15 -
moonshot ^kimi-k2-turbo | 1.15 8 0.15 -
moonshot ^kimi-k2.5 | 0.6 3 0.1 -
moonshot ^kimi-k2.6 | 0.95 4 0.16 -
moonshot =kimi-k2.7-code | 0.95 4 0.19 -
moonshot =kimi-k3 | 3 15 0.3 -
moonshot =moonshot-v1-128k =moonshot-v1-128k-vision-preview | 2 5 - -
moonshot =moonshot-v1-32k =moonshot-v1-32k-vision-preview | 1 3 - -
moonshot =moonshot-v1-8k =moonshot-v1-8k-vision-preview | 0.2 2 - -
openai =chatgpt-4o-latest | 5 15 - -
openai =codex-mini =codex-mini-latest | 1.5 6 0.375 -
openai ^computer-use | 3 12 - -
openai =davinci =text-davinci-001 | 20 20 - -
openai ^ft:gpt-3.5-turbo | 3 6 - -
openai ^ft:gpt-4o-2024- | 3.75 15 - -
openai ^ft:gpt-4o-mini-2024- | 0.3 1.2 - -
openai =gpt-3.5-turbo-0301 =gpt-3.5-0301 | 1.5 2 - -
openai =gpt-3.5-turbo =gpt-35-turbo =gpt-3.5-turbo-0125 | 0.5 1.5 - -
openai =gpt-3.5-turbo-0613 | 1.5 2 - -
openai =gpt-3.5-turbo-1106 | 1 2 - -
openai =gpt-3.5-turbo-16k =gpt-3.5-turbo-16k-0613 =gpt-35-turbo-16k-0613 =gpt-35-turbo-16k | 3 4 - -
openai ^gpt-3.5-turbo-instruct =gpt-3.5-turbo-instruct-0914 | 1.5 2 - -
openai =gpt-4 =gpt-4-0314 =gpt-4-0613 ^ft:gpt-4-0 | 30 60 - -
openai =gpt-4-32k =gpt-4-32k-0314 =gpt-4-32k-0613 | 60 120 - -
openai =gpt-4-turbo =gpt-4-turbo-2024-04-09 =gpt-4-turbo-0125-preview =gpt-4-0125-preview =gpt-4-1106-preview =gpt-4-turbo-preview | 10 30 - -
openai =gpt-4-vision-preview =gpt-4-1106-vision-preview | 10 30 - -
openai =gpt-4.1 =gpt-4.1-2025-04-14 | 2 8 0.5 -
openai =gpt-4.1-mini =gpt-4.1-mini-2025-04-14 | 0.4 1.6 0.1 -
openai =gpt-4.1-nano =gpt-4.1-nano-2025-04-14 | 0.1 0.4 0.025 -
openai ^gpt-4.5-preview | 75 150 37.5 -
openai =gpt-4o =gpt-4o-2024-05-13 =gpt-4o-2024-08-06 =gpt-4o-2024-11-20 | 2.5 10 1.25 -
openai ^gpt-4o-audio-preview | 2.5 10 - -
openai =gpt-4o-mini =gpt-4o-mini-2024-07-18 =gpt-4o-mini-search-preview =gpt-4o-mini-search-preview-2025-03-11 | 0.15 0.6 0.075 -
openai ^gpt-4o-mini-2024-07-18.ft- | 0.3 1.2 - -
openai ^gpt-4o-mini-audio | 0.15 0.6 - -
openai =gpt-4o-search-preview =gpt-4o-search-preview-2025-03-11 | 2.5 10 - -
openai =gpt-4o:extended | 6 18 - -
openai =gpt-5 =gpt-5-2025-08-07 =gpt-5-chat =gpt-5-chat-latest =gpt-5-codex | 1.25 10 0.125 -
openai =gpt-5-mini =gpt-5-mini-2025-08-07 | 0.25 2 0.025 -
openai =gpt-5-nano ^gpt-5-nano- | 0.05 0.4 0.005 -
openai =gpt-5-pro =gpt-5-pro-2025-10-06 | 15 120 - -
openai =gpt-5.1 =gpt-5.1-2025-11-13 =gpt-5.1-codex =gpt-5.1-codex-max =gpt-5.1-chat =gpt-5.1-chat-latest =gpt-5-1 =gpt-5-1-2025-11-13 =gpt-5-1-codex =gpt-5-1-codex-max =gpt-5-1-chat =gpt-5-1-chat-latest | 1.25 10 0.125 -
openai =gpt-5.1-codex-mini =gpt-5.1-mini =gpt-5-1-codex-mini =gpt-5-1-mini | 0.25 2 0.025 -
openai =gpt-5.2 =gpt-5.2-2025-12-11 =gpt-5-2 =gpt-5-2-2025-12-11 =gpt-5.2-chat =gpt-5.2-chat-latest =gpt-5-2-chat =gpt-5-2-chat-latest =gpt-5.2-codex =gpt-5-2-codex | 1.75 14 0.175 -
openai =gpt-5.2-pro =gpt-5.2-pro-2025-12-11 =gpt-5-2-pro-2025-12-11 | 21 168 - -
openai =gpt-5.3 =gpt-5-3 =gpt-5.3-chat =gpt-5.3-chat-latest =gpt-5-3-chat =gpt-5-3-chat-latest | 1.75 14 0.175 -
openai =gpt-5.3-codex =gpt-5-3-codex | 1.75 14 0.175 -
openai =gpt-5.4 =gpt-5.4-2026-03-05 =gpt-5-4 =gpt-5-4-2026-03-05 | 2.5 15 0.25 - | above 272000 5 22.5 0.5 -
openai =gpt-5.4-mini =gpt-5.4-mini-2026-03-17 =gpt-5-4-mini =gpt-5-4-mini-2026-03-17 | 0.75 4.5 0.075 -
openai =gpt-5.4-nano =gpt-5.4-nano-2026-03-17 =gpt-5-4-nano =gpt-5-4-nano-2026-03-17 | 0.2 1.25 0.02 -
openai =gpt-5.4-pro =gpt-5.4-pro-2026-03-05 =gpt-5-4-pro =gpt-5-4-pro-2026-03-05 | 30 180 - - | above 272000 60 270 - -
openai =gpt-5.5 =gpt-5.5-2026-04-23 =gpt-5.5-2026-04-24 =gpt-5-5 =gpt-5-5-2026-04-23 =gpt-5-5-2026-04-24 =gpt-5.5-chat =gpt-5.5-chat-latest =gpt-5-5-chat =gpt-5-5-chat-latest =gpt-5.5-codex =gpt-5-5-codex | 5 30 0.5 -
openai =gpt-5.5-pro =gpt-5.5-pro-2026-04-23 =gpt-5-5-pro =gpt-5-5-pro-2026-04-23 | 30 180 - -
openai =gpt-5.6-luna =gpt-5-6-luna | 1 6 0.1 1.25 | above 272000 2 9 0.2 2.5
openai =gpt-5.6-sol =gpt-5-6-sol =gpt-5.6 =gpt-5-6 | 5 30 0.5 6.25 | above 272000 10 45 1 12.5
openai =gpt-5.6-terra =gpt-5-6-terra | 2.5 15 0.25 3.125 | above 272000 5 22.5 0.5 6.25
openai =gpt-audio =gpt-audio-2025-08-28 =gpt-audio-1.5 | 2.5 10 - -
openai =gpt-audio-mini =gpt-audio-mini-2025-10-06 =gpt-audio-mini-2025-12-15 | 0.6 2.4 - -
openai =gpt-chat-latest | 5 30 0.5 -
openai =gpt-oss-120b | 0.039 0.18 - -
openai =gpt-oss-20b | 0.029 0.14 - -
openai =o1 =o1-2024-12-17 =o1-preview =o1-preview-2024-09-12 | 15 60 7.5 -
openai =o1-mini =o1-mini-2024-09-12 | 1.1 4.4 0.55 -
openai =o1-pro =o1-pro-2025-03-19 | 150 600 - -
openai =o3 =o3-2025-04-16 | 2 8 0.5 -
openai =o3-deep-research =o3-deep-research-2025-06-26 | 10 40 2.5 -
openai =o3-mini =o3-mini-2025-01-31 =o3-mini-high | 1.1 4.4 0.55 -
openai =o3-pro =o3-pro-2025-06-10 | 20 80 - -
openai =o4-mini-2025-04-16 =o4-mini-high =o4-mini | 1.1 4.4 0.275 -
openai =o4-mini-deep-research =o4-mini-deep-research-2025-06-26 | 2 8 0.5 -
perplexity =llama-3.1-sonar-large-128k-online | 1 1 - -
perplexity =llama-3.1-sonar-small-128k-online | 0.2 0.2 - -
perplexity =r1-1776 | 2 8 - -
perplexity =sonar-deep-research | 2 8 - -
perplexity =sonar-pro-search | 3 15 - -
vertex ~claude-3-5-haiku | 0.8 4 0.08 1
vertex ~claude-3-5-sonnet | 3 15 0.3 3.75
vertex ~claude-3-7-sonnet | 3 15 0.3 3.75
vertex ~claude-3-haiku | 0.25 1.25 0.03 0.3
vertex ~claude-3-opus | 15 75 1.5 18.75
vertex ~claude-4-opus ~claude-opus-4@ ~claude-opus-4-0 ~claude-opus-4-1 =claude-opus-4 | 15 75 1.5 18.75
vertex ~claude-4-sonnet ~claude-sonnet-4 | 3 15 0.3 3.75
vertex ~claude-fable-5 | 10 50 1 12.5
vertex ~claude-4-6-opus ~claude-opus-4-6 ~claude-4.6-opus ~claude-opus-4.6 | 5 25 0.5 6.25 | above 200000 10 37.5 1 12.5
vertex ~claude-4-7-opus ~claude-opus-4-7 ~claude-4.7-opus ~claude-opus-4.7 | 5 25 0.5 6.25
vertex ~claude-4-8-opus ~claude-opus-4-8 ~claude-4.8-opus ~claude-opus-4.8 | 5 25 0.5 6.25
vertex ~claude-5-opus ~claude-opus-5 ~claude-5.0-opus ~claude-opus-5.0 | 5 25 0.5 6.25
xai =grok-2-1212 =grok-2 =grok-2-latest | 2 10 - -
xai =grok-2-vision-1212 =grok-2-vision =grok-2-vision-latest | 2 10 - -
xai =grok-3 =grok-3-latest =grok-3-beta | 3 15 0.75 -
xai =grok-3-fast =grok-3-fast-latest =grok-3-fast-beta | 5 25 1.25 -
xai =grok-3-mini =grok-3-mini-beta =grok-3-mini-latest | 0.3 0.5 0.075 -
xai =grok-3-mini-fast =grok-3-mini-fast-beta =grok-3-mini-fast-latest | 0.6 4 0.15 -
xai =grok-4-0709 =grok-4 =grok-4-latest | 3 15 0.75 -
xai =grok-4-1-fast-non-reasoning =grok-4-1-fast-non-reasoning-latest | 0.2 0.5 0.05 -
xai =grok-4-1-fast =grok-4-1-fast-reasoning =grok-4-1-fast-reasoning-latest | 0.2 0.5 0.05 -
xai =grok-4-fast-non-reasoning =grok-4-fast-non-reasoning-latest | 0.2 0.5 0.05 -
xai =grok-4-fast =grok-4-fast-reasoning =grok-4-fast-reasoning-latest | 0.2 0.5 0.05 -
xai =grok-4.20 | 1.25 2.5 0.2 -
xai =grok-4.20-multi-agent | 2 6 0.2 -
xai =grok-4.3 =x-ai/grok-4.3 =grok-4.3-latest | 1.25 2.5 0.2 -
xai =grok-4.5 =x-ai/grok-4.5 =grok-4.5-latest =grok-latest | 2 6 0.5 -
xai =grok-build-0.1 | 1 2 0.2 -
xai =grok-code-fast =grok-code-fast-1 =grok-code-fast-1-0825 | 0.2 1.5 0.02 -
zai =glm-4-air | 0.069 0.069 0.034 -
zai =glm-4-airx | 1.379 1.379 - -
zai =glm-4-assistant | 0.69 0.69 - -
zai =glm-4-flashx-250414 | 0.014 0.014 0.007 -
zai =glm-4-long | 0.138 0.138 0.069 -
zai =glm-4-plus | 0.69 0.69 0.345 -
zai =glm-4.5-air | 0.11 0.276 0.022 -
zai =glm-4.7 | 0.276 1.103 0.055 -
zai =glm-4.7-flashx | 0.069 0.414 0.014 -
zai =glm-5 | 0.552 2.483 0.138 -
zai =glm-5-turbo | 0.69 3.034 0.166 -
zai =glm-5.1 =glm-5.1-20260406 | 0.828 3.31 0.179 -
zai =glm-5.2 | 1.103 3.862 0.276 -
)";
// clang-format on

}  // namespace tactus::llm
