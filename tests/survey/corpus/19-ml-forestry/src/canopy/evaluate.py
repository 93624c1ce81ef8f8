from pathlib import Path

import torch

from canopy.model import CrownNet


def score(path: Path) -> dict[str, float]:
    model = CrownNet()
    model.load_state_dict(torch.load(path))
    return {"iou": 0.0, "parameters": float(sum(p.numel() for p in model.parameters()))}
