FROM nvidia/cuda:12.1.1-runtime-ubuntu22.04
COPY . /canopy
RUN pip install /canopy
