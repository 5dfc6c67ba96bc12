"""Writes rust_ids.json: ids that Hugging Face's Rust library gives for a tokenizer.json and texts.

    pip install tokenizers; python make_rust_ids.py < request.json > rust_ids.json
where the request is {"tokenizer": text of a tokenizer.json, "texts": [...]}. Special tokens are switched off by
removing them, as the project's encoder does: text that looks special is to become bytes.
"""
import json
import sys

from tokenizers import Tokenizer

request = json.load(sys.stdin)
plain = json.loads(request["tokenizer"])
Tokenizer.from_str(request["tokenizer"])  # must also read the file as it is
plain["added_tokens"] = []
reader = Tokenizer.from_str(json.dumps(plain))
cases = [[text, reader.encode(text, add_special_tokens=False).ids] for text in request["texts"]]
json.dump({"tokenizer": request["tokenizer"], "cases": cases}, sys.stdout, ensure_ascii=True)
