import 'package:dio/dio.dart';

import 'bed.dart';

class BedsApi {
  BedsApi(this._dio);

  final Dio _dio;

  Future<List<Bed>> all() async {
    for (var attempt = 1;; attempt++) {
      try {
        final answer = await _dio.get<List<dynamic>>('/beds');
        return [for (final b in answer.data!) Bed.fromJson(b as Map<String, dynamic>)];
      } on DioException {
        if (attempt == 3) rethrow;
        await Future<void>.delayed(Duration(seconds: attempt));
      }
    }
  }
}
