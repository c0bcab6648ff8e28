"""Style of the page; its Chinese font comes from the server, so that no machine shows empty boxes."""

from jcsim.viz.style import FONT_FILE

FONT_PATH = "/jcsim/fonts"  # where the server serves the folder of FONT_FILE
FAMILY = "jcsim-sc"

STYLE = f"""
@font-face {{ font-family: "{FAMILY}"; font-display: block; src: url("{FONT_PATH}/{FONT_FILE}") format("opentype"); }}
.v-application, .v-application .v-btn {{ font-family: Roboto, "{FAMILY}", sans-serif; letter-spacing: normal; }}
.v-application .v-btn {{ text-transform: none; font-size: 1rem; }}
.v-navigation-drawer {{ min-width: min(400px, 86vw) !important; max-width: 86vw !important; }}
.jcsim-buttons {{ min-width: 340px; }}
.jcsim-bar {{ align-items: center !important; flex-wrap: wrap; }}
.jcsim-state {{ display: block; font-weight: 500; }}
.jcsim-stage {{ min-height: 1.6em; color: #444; }}
.jcsim-changed {{ color: #B23C00; font-weight: 500; padding-left: 8px; }}
.jcsim-note {{ display: block; font-size: .82rem; color: #555; }}
.jcsim-instrument {{ border-top: 1px solid #DDD; padding: 8px 0 4px; }}
.jcsim-title {{ display: block; font-weight: 500; }}
.jcsim-instrument .v-input__slot {{ flex-direction: column; align-items: stretch; margin-bottom: 0; }}
.jcsim-instrument .v-input__slot .v-label {{
  margin: 6px 0 0; height: auto; line-height: 1.3; white-space: normal; font-size: .86rem; color: #222;
}}
.jcsim-instrument .v-slider--horizontal {{ margin: 0 6px; min-height: 24px; }}
.jcsim-instrument .v-slider__thumb-label-container {{ display: none; }}
.jcsim-tiles {{ display: grid; gap: 8px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 430px), 1fr)); }}
.jcsim-tile {{ width: 100%; height: auto; display: block; border: 1px solid #E4E4E4; border-radius: 4px; }}
"""
