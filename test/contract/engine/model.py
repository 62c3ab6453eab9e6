"""A model folder of a few kB that LMDeploy's serving layer takes for a Qwen3: no weights, nothing downloaded."""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

# Tags that the parsers look for. From 0.17 on they do so at token boundaries, so each is one token, as in real models.
SPECIAL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|action_start|>', '<|plugin|>', '<|action_end|>',
           '<|python_tag|>']
# qwen3coder (0.18) holds a closing tag back only where a token ends in '</' or '</parameter', as Qwen's own do.
TAGS = ['<think>', '</think>', '<tool_call>', '</tool_call>', '<tool_response>', '</tool_response>', '</', 'parameter']

CHAT_TEMPLATE = """\
{%- set system = messages[0].content if messages and messages[0].role == 'system' else '' -%}
<|im_start|>system
{{ system }}
{%- if tools %}

# Tools
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
{%- endif %}<|im_end|>
{% for message in messages %}
{%- if message.role == 'tool' -%}
<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% elif message.role != 'system' -%}
<|im_start|>{{ message.role }}
{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor %}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def make_model(folder: Path, context_length: int, texts: list[Path]) -> None:
    """Writes config, tokenizer and chat template. The tokenizer is trained on this very text: the same on each run.

    texts: more to train it on, so that it counts them about as a large model's does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=8000 if texts else 2000, special_tokens=SPECIAL,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator([CHAT_TEMPLATE, *(path.read_text() for path in [Path(__file__), *texts])], trainer)
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in TAGS])
    tokenizer.save(str(folder / 'tokenizer.json'))

    def write(name: str, content: dict) -> None:
        (folder / name).write_text(json.dumps(content))

    write('tokenizer_config.json', {
        'tokenizer_class': 'PreTrainedTokenizerFast',
        'eos_token': '<|im_end|>',
        'pad_token': '<|endoftext|>',
        'chat_template': CHAT_TEMPLATE,
        'model_max_length': context_length,
    })
    write('generation_config.json', {'eos_token_id': tokenizer.token_to_id('<|im_end|>')})
    write('config.json', {
        'architectures': ['Qwen3ForCausalLM'],
        'model_type': 'qwen3',
        'vocab_size': tokenizer.get_vocab_size(),
        'hidden_size': 64,
        'intermediate_size': 128,
        'num_hidden_layers': 1,
        'num_attention_heads': 4,
        'num_key_value_heads': 4,
        'head_dim': 16,
        'max_position_embeddings': context_length,
        'rms_norm_eps': 1e-6,
        'rope_theta': 10000.0,
        'tie_word_embeddings': True,
        'torch_dtype': 'float16',
        'eos_token_id': tokenizer.token_to_id('<|im_end|>'),
    })
