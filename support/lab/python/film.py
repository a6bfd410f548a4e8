"""Films a training in JupyterLab for the README: a real cell, run by the menu, as it moves on the screen.

    python film.py FOLDER CHROMIUM FILM.webp        (needs Pillow: pip install pillow)

Writes a small notebook into FOLDER, beside which `support` lies, and runs it as `scenarios.py` does.
"""
import io
import json
import pathlib
import sys
import time
from base64 import b64decode

from PIL import Image

from desk import CELLS, desk
from scenarios import PROMPTS, Scene

CELLS_OF_FILM = [
    ':dep support = { path = "../support" }\nuse support::prelude::*;\n\n'
    "let data = train_test_split(&make_circles(1000).noise(0.03).random_state(42).build()?, 0.2, 42)?;\n"
    "tch::manual_seed(42);\n"
    "let model = seq().add(linear(2, 10)).add(relu()).add(linear(10, 10)).add(relu()).add(linear(10, 1)).build()?;",
    "let config = TrainConfig { epochs: 2000, log_every: 500, ..Default::default() };\n"
    "let watched = config.with(LivePlots::new().boundary(&data)).with(SlowMotion::seconds(6.0));\n"
    "let history = fit(&model, &data, watched)?;",
]
WINDOW = 1440, 1100
HEIGHT = 620
FRAMES_A_SECOND = 8
STILL = 2.0  # seconds at the end


def shots(scene):
    """Pictures of the second cell with their times, from its start to its end."""
    scene.page.call("Emulation.setDeviceMetricsOverride", width=WINDOW[0], height=WINDOW[1], deviceScaleFactor=1,
                    mobile=False)
    time.sleep(1)
    x, y, width = scene.cell(1, "(r => [r.x, r.y, r.width])(c.getBoundingClientRect())")
    clip = {"x": x, "y": y, "width": width, "height": HEIGHT, "scale": 1}
    scene.enter(1)
    scene.page.key("Enter", 13, shift=True)
    scene.wait("the cell to start", f"{PROMPTS}[1] === '*'")
    taken = []
    while scene.prompts()[1] == "*" or len(taken) < 2:
        begun = time.monotonic()
        taken.append(shot(scene, clip))
        time.sleep(max(0, 1 / FRAMES_A_SECOND - (time.monotonic() - begun)))
    time.sleep(0.5)
    return taken + [shot(scene, clip)]


def shot(scene, clip):
    data = scene.page.call("Page.captureScreenshot", clip=clip)["data"]
    return time.monotonic(), Image.open(io.BytesIO(b64decode(data))).convert("RGB")


def main():
    folder, chromium, film = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3])
    with desk(folder, chromium) as at:
        scene = Scene(at, folder, folder, "film")
        scene.open(*CELLS_OF_FILM)
        scene.run(0, 120)
        taken = shots(scene)
    times = [moment for moment, _ in taken]
    lengths = [int(1000 * (b - a)) for a, b in zip(times, times[1:])] + [int(1000 * STILL)]
    pictures = [picture for _, picture in taken]
    pictures[0].save(film, save_all=True, append_images=pictures[1:], duration=lengths, loop=0, quality=60, method=6)
    print(json.dumps({"frames": len(pictures), "bytes": film.stat().st_size}))


if __name__ == "__main__":
    main()
