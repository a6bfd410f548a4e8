#!/bin/sh
# Makes the fonts in this folder: Latin, Latin-1, Greek and mathematical signs of Inter 4.0.
# Needs fonttools and the folder with Inter's OpenType files (Debian: fonts-inter).
#   support/assets/subset.sh /usr/share/fonts/opentype/inter
set -eu
here=$(dirname "$0")
signs="U+0020-007E,U+00A0-00FF,U+0131,U+0152,U+0153,U+0391-03A9,U+03B1-03C9,U+2013,U+2014,U+2018,U+2019"
signs="$signs,U+201C,U+201D,U+2022,U+2026,U+2032,U+2070,U+2074-207B,U+2080-208B,U+2190-2194,U+2202,U+2206"
signs="$signs,U+2207,U+2211,U+2212,U+221A,U+221E,U+2248,U+2260,U+2264,U+2265,U+22C5"
for weight in Regular SemiBold; do
    pyftsubset "$1/Inter-$weight.otf" --unicodes="$signs" --layout-features=kern --no-hinting \
        --name-IDs=0,1,2,3,4,5,6,13,14,16,17 --output-file="$here/Inter-$weight.otf"
done
